// Disputes as payers file them, and what the seller asks about them.
// It must never decide for the seller but through the operator's endpoints.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inState, launch, visiting } from "./browser.mjs";
import {
  CONTACT, OTHER_WAYS, WAYS, act, arrives, banner, caseOf, choose, chooseReason, disputeAll, fill, holds, invoiceOf, look,
  pdf, readOnly, refused, scannedCaseOf,
} from "./forms.mjs";
import { invoiceWithLink, linkIn, mailTo } from "./invoice.mjs";
import { operate } from "./stack.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

for (const { way, options } of WAYS) {
  test(`a dispute asks for the document its reason needs, and takes it (${way})`, async () => {
    const { link, number, contact } = await invoiceWithLink({ balance: "1000.00" });
    const proof = pdf("Überweisung 請求書.pdf");
    const typed = { description: "Paid on 3 May.\nتم الدفع ✓", ...CONTACT };
    await visiting(browser, options, async (page) => {
      await choose(page, link, "dispute");
      await chooseReason(page, "already_paid");
      assert.match(await page.locator("form").innerText(), /We have already paid[^]*Proof of payment/);
      await page.locator("#disputed").check();
      await fill(page, typed);
      await page.locator("button.go").click();
      await refused(page, ["doc-proof_of_payment"]);
      await holds(page, typed);
      assert.ok(await page.locator("#disputed").isChecked());
      assert.equal((await invoiceOf(number)).cases.length, 0);
      await page.locator("#doc-proof_of_payment").setInputFiles(proof);
      await page.locator("button.go").click();
      await inState(page, "disputed");
      const reference = await banner(page, "Dispute Received");
      await readOnly(page);
      assert.equal(await page.locator("#pay, #pay-rest").count(), 0, "nothing to pay");
      const sent = await page.locator("#sent").innerText();
      const shown = [...typed.description.split("\n"), proof.name, CONTACT.email];
      for (const text of shown) assert.ok(sent.includes(text), text);
      const copy = await mailTo(contact, (mail) => mail.text.includes(reference));
      assert.ok(copy.text.includes("Paid on 3 May."), "the copy");
    }, { mayBe: [422] });
    const one = await scannedCaseOf(number);
    assert.deepEqual([one.documents.length, one.documents[0].name, one.missing], [1, proof.name, []]);
    await arrives(one, one.documents[0], proof.buffer);
  });

  test(`a file that came with a refused dispute stays, unless it is unticked (${way})`, async () => {
    const { link, number } = await invoiceWithLink({ balance: "1000.00" });
    const [keep, drop] = [pdf("order.pdf", 3_000), pdf("wrong.pdf", 4_000)];
    await visiting(browser, options, async (page) => {
      await choose(page, link, "dispute");
      await chooseReason(page, "price_or_quantity");
      await page.locator("#disputed-part").check();
      await fill(page, { amount: "1000.00", description: "Two of ten are missing.", ...CONTACT });
      await page.locator("#doc-order").setInputFiles(keep);
      await page.locator("#doc-other").setInputFiles([drop]);
      await page.locator("button.go").click();
      await refused(page, ["amount"]);
      assert.deepEqual(await page.locator(".uploads bdi").allInnerTexts(), [keep.name, drop.name]);
      await page.locator(".uploads li", { hasText: drop.name }).getByRole("checkbox").uncheck();
      await page.locator("#amount").fill("200.00");
      await page.locator("button.go").click();
      await inState(page, "disputed");
    }, { mayBe: [422] });
    const one = await scannedCaseOf(number);
    assert.deepEqual(one.documents.map((document) => document.name), [keep.name]);
    await arrives(one, one.documents[0], keep.buffer);
  });

  test(`the seller asks, and the payer answers with a text and a file (${way})`, async () => {
    const { link, number, contact } = await invoiceWithLink();
    const question = "Which payment do you mean?\nWe see two of them.";
    const file = pdf("transfer.pdf", 5_000);
    await visiting(browser, options, async (page) => {
      await disputeAll(page, link);
      await act("ar_manager", await caseOf(number), "question", { text: question });
      const asked = linkIn(await mailTo(contact, (mail) => mail.text.includes("Which payment")));
      assert.notEqual(asked, link);
      await page.goto(link);
      await inState(page, "disputed");
      await readOnly(page);
      await page.goto(asked);
      await inState(page, "question");
      assert.ok((await page.locator(".banner").innerText()).includes(question));
      if (options.javaScriptEnabled !== false) await look(page, "question");
      await page.locator("#answer").click();
      await inState(page, "answer");
      await page.locator("button.go").click();
      await refused(page, ["answer"]);
      await fill(page, { answer: "The one of 3 May." });
      await page.locator("#doc-other").setInputFiles(file);
      if (options.javaScriptEnabled !== false) {
        await page.locator(".uploads li[data-state=done]").waitFor();
        await look(page, "answer-form");
      }
      await page.locator("button.go").click();
      await inState(page, "disputed");
      await readOnly(page);
      const sent = await page.locator("#sent").innerText();
      for (const text of [...question.split("\n"), "The one of 3 May.", file.name]) assert.ok(sent.includes(text), text);
    }, { mayBe: [422] });
    const one = await caseOf(number);
    assert.deepEqual([one.state, one.questions[0].answer.text], ["submitted", "The one of 3 May."]);
  });
}

for (const { way, options } of OTHER_WAYS) {
  test(`a part is disputed, and the rest is paid from the same page (${way})`, async () => {
    const { link, number } = await invoiceWithLink({ balance: "1000.00" });
    await visiting(browser, options, async (page) => {
      await choose(page, link, "dispute");
      await chooseReason(page, "never_received");
      await page.locator("#disputed-part").check();
      await fill(page, { amount: "400.00", description: "One of two pallets is missing.", ...CONTACT });
      await page.locator("button.go").click();
      await inState(page, "disputed");
      await banner(page, "Dispute Received");
      assert.match(await page.locator(".banner").innerText(), /You dispute \$400\.00\. The other \$600\.00 stays due/);
      if (options.javaScriptEnabled !== false) await look(page, "dispute-received-part");
      assert.equal(await page.locator("a.go, button.go").count(), 1, "one action");
      await page.locator("#pay-rest").click();
      await page.locator("#pay").waitFor();
      assert.match(await page.locator("#pay").innerText(), /\$600\.00/);
      await page.locator("#pay").click();
      await page.locator("#pay-card").click();
      await inState(page, "part-paid");
      assert.match(await page.locator(".banner").first().innerText(), /^Payment received\n*\s*\$600\.00/);
    });
    const { balance, status } = await invoiceOf(number);
    assert.deepEqual([balance.minor, status], [40_000, "Disputed"]);
  });
}

test("an empty dispute is refused field by field", async () => {
  const { link } = await invoiceWithLink();
  await visiting(browser, {}, async (page) => {
    await page.goto(`${link}/dispute?reason=damaged_or_wrong`);
    await inState(page, "dispute");
    await page.locator("button.go").click();
    await refused(page, ["disputed", "description", "doc-photo_of_goods", "name", "email"]);
    await look(page, "dispute-errors");
    await page.goto(`${link}/dispute?reason=none`);
    await page.locator("#errors:focus").waitFor();
    await page.locator("#errors a").click();
    await page.locator("#reason:focus").waitFor();
  }, { mayBe: [422] });
});

test("a form whose link was replaced meanwhile is refused kindly, and shows what was typed", async () => {
  const { link, number } = await invoiceWithLink();
  await visiting(browser, {}, async (page) => {
    await choose(page, link, "dispute");
    await chooseReason(page, "other");
    await page.locator("#disputed").check();
    await fill(page, { description: "Two lines\nof a story", ...CONTACT });
    await page.locator("#doc-other").setInputFiles([pdf("late.pdf")]);
    await page.locator(".uploads li[data-state=done]").waitFor();
    await operate("ar_manager", "POST", `/invoices/${(await invoiceOf(number)).id}/link`, { mail: false });
    await page.locator("button.go").click();
    await inState(page, "replaced");
    const kept = await page.locator(".kept").innerText();
    for (const text of ["Two lines\nof a story", CONTACT.name, CONTACT.email]) assert.ok(kept.includes(text), text);
    assert.match(kept, /add your files again/);
    await look(page, "dispute-too-late");
  }, { mayBe: [410] });
  assert.equal((await invoiceOf(number)).cases.length, 0);
});

test("a scanner that presses every control once sends nothing", async () => {
  const { link, number } = await invoiceWithLink();
  await visiting(browser, {}, async (page) => {
    const presses = "main a[href], main button";
    for (const form of ["plan", "promise", "dispute", "dispute?reason=other"]) {
      await page.goto(`${link}/${form}`);
      const count = await page.locator(presses).count();
      for (let place = 0; place < count; place += 1) {
        await page.goto(`${link}/${form}`);
        // As scanners do: on the elements themselves, whether they can be seen or not.
        await page.locator("main").evaluate((main) => {
          for (const control of main.querySelectorAll("input, textarea")) control.click();
        });
        await page.locator(presses).nth(place).evaluate((control) => control.click());
        await page.locator("body[data-state]").waitFor();
      }
    }
  }, { mayBe: [422] });
  const { cases, status } = await invoiceOf(number);
  assert.deepEqual([cases.length, status], [0, "Open"]);
});

test("script typed into a dispute, its file's name or a question is text on every page", async () => {
  const hostile = "<img src=x onerror=alert(1)></textarea><script>alert(2)</script>";
  const { link, number, contact } = await invoiceWithLink();
  await visiting(browser, {}, async (page) => {
    await choose(page, link, "dispute");
    await chooseReason(page, "other");
    await page.locator("#disputed-part").check();
    await fill(page, { amount: "\"><script>alert(3)</script>", description: hostile, ...CONTACT, name: hostile });
    await page.locator("#doc-other").setInputFiles([pdf("<img src=x onerror=alert(4)>.pdf")]);
    await page.locator(".uploads li[data-state=done]").waitFor();
    await page.locator("button.go").click();
    await refused(page, ["amount"]);
    await holds(page, { description: hostile, name: hostile });
    await page.locator("#disputed").check();
    await page.locator("button.go").click();
    await inState(page, "disputed");
    const sent = await page.locator("#sent").innerText();
    assert.equal(sent.split(hostile).length - 1, 2, "the description and the name, as typed");
    await act("ar_manager", await caseOf(number), "question", { text: hostile });
    const asked = linkIn(await mailTo(contact, ({ text }) => text.includes("onerror=alert(1)") && text.includes("/p/")));
    await page.goto(`${asked}/answer`);
    await inState(page, "answer");
    assert.ok((await page.locator("blockquote").innerText()).includes(hostile));
    await fill(page, { answer: hostile });
    await page.locator("button.go").click();
    await inState(page, "disputed");
    assert.equal(await page.locator("main img, main script").count(), 0);
  }, { mayBe: [422] });
});

test("the pages of a dispute read well at every size and scheme", async () => {
  const { link } = await invoiceWithLink({ balance: "1000.00" });
  await visiting(browser, {}, async (page) => {
    await choose(page, link, "dispute");
    await look(page, "dispute-reasons");
    await chooseReason(page, "already_paid");
    await page.locator("#disputed-part").check();
    await fill(page, { description: "Paid on 3 May, by bank transfer." });
    await page.locator("#doc-proof_of_payment").setInputFiles(pdf("proof of payment.pdf", 40_000));
    const long = pdf(`${"a-very-long-name-".repeat(6)}.pdf`);
    await page.locator("#doc-other").setInputFiles([long, pdf("setup.exe")]);
    await page.locator(".uploads li[data-state=done]").nth(1).waitFor();
    await page.locator(".uploads li[data-state=refused]").waitFor();
    await look(page, "dispute-form-files");
    await page.locator(".uploads li[data-state=refused] button").click();
    await fill(page, { amount: "0", ...CONTACT });
    await page.locator("button.go").click();
    await refused(page, ["amount"]);
    await look(page, "dispute-errors-files");
    await page.locator("#disputed").check();
    await page.locator("button.go").click();
    await inState(page, "disputed");
    await look(page, "dispute-received");
  }, { mayBe: [422] });
});
