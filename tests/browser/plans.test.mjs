// Plans and promises as payers make them: filled in, looked at, changed, sent, agreed.
// It must never send a form by anything but its own page, but to show that it is refused.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inState, launch, visiting } from "./browser.mjs";
import {
  CONTACT, OTHER_WAYS, WAYS, act, banner, caseOf, choose, day, fill, holds, invoiceOf, look, planOf, readOnly, refused,
  tabTo,
} from "./forms.mjs";
import { invoiceWithLink, mailTo } from "./invoice.mjs";
import { stack } from "./stack.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

for (const { way, options } of WAYS) {
  test(`a plan of equal instalments is looked at, changed and sent (${way})`, async () => {
    const { link, number, contact } = await invoiceWithLink({ balance: "1000.00" });
    const typed = { count: "3", first: day(3), why: "A slow quarter.\nعقد – 請求書 📦", ...CONTACT };
    await visiting(browser, options, async (page) => {
      await choose(page, link, "plan");
      assert.ok(await page.locator(".equal").first().isVisible());
      assert.ok(!await page.locator(".own").isVisible(), "the unused half is hidden");
      await page.locator("#two-weeks").check();
      await fill(page, typed);
      await page.locator("#check").click();
      await inState(page, "plan-check");
      assert.deepEqual(await amounts(page), ["$333.33", "$333.33", "$333.34"]);
      assert.match(await page.locator("main").innerText(), /not sent yet[^]*3 instalments, together \$1,000\.00/);
      assert.equal((await invoiceOf(number)).cases.length, 0, "looking sends nothing");
      await page.locator("#edit").click();
      await inState(page, "plan");
      await holds(page, typed);
      assert.ok(await page.locator("#two-weeks").isChecked());
      await page.locator("#count").fill("4");
      await page.locator("#check").click();
      await inState(page, "plan-check");
      assert.deepEqual(await amounts(page), ["$250.00", "$250.00", "$250.00", "$250.00"]);
      await page.locator("#send").click();
      await inState(page, "plan-submitted");
      const reference = await banner(page, "Plan Submitted");
      assert.equal((await caseOf(number)).reference, reference);
      const sent = await page.locator("#sent").innerText();
      for (const text of [...typed.why.split("\n"), CONTACT.name, CONTACT.phone]) assert.ok(sent.includes(text), text);
      assert.equal((await amounts(page)).length, 4);
      await readOnly(page);
      if (options.javaScriptEnabled !== false) await look(page, "plan-submitted");
      assert.ok((await mailTo(contact, (mail) => mail.text.includes(reference))).text.includes("$250.00"), "the copy");
    });
  });

  test(`own dates grow by rows, are refused at their fields, and are sent as typed (${way})`, async () => {
    const { link, number } = await invoiceWithLink({ balance: "1000.00" });
    const rows = { date_1: day(1), amount_1: "600.00", date_2: day(40), amount_2: "300" };
    const typed = { ...rows, why: "Two buyers pay us then.", ...CONTACT };
    await visiting(browser, options, async (page) => {
      await choose(page, link, "plan");
      await page.locator("#own").check();
      assert.ok(!await page.locator(".equal").first().isVisible(), "the unused half is hidden");
      await fill(page, typed);
      const before = await page.locator(".own .pair").count();
      await page.locator("#more").click();
      await inState(page, "plan");
      assert.ok(await page.locator(".own .pair").count() > before, "more rows");
      await holds(page, typed);
      await page.locator("#check").click();
      await refused(page, ["amount_2"]);
      await holds(page, typed);
      assert.ok(await page.locator("#own").isChecked());
      await fill(page, { amount_2: "400.00" });
      // The Enter key looks at the schedule; it must not add rows.
      await page.locator("#amount_2").press("Enter");
      await inState(page, "plan-check");
      assert.deepEqual(await amounts(page), ["$600.00", "$400.00"]);
      await page.locator("#send").click();
      await inState(page, "plan-submitted");
      const dues = (await caseOf(number)).particulars.instalments.map((one) => one.due);
      assert.deepEqual(dues, [typed.date_1, typed.date_2]);
    }, { mayBe: [422] });
  });

  test(`an empty plan is refused field by field, and what was typed stays (${way})`, async () => {
    const { link } = await invoiceWithLink();
    await visiting(browser, options, async (page) => {
      await choose(page, link, "plan");
      await page.locator("#check").click();
      await refused(page, ["count", "first", "why", "name", "email"]);
      const typed = { count: "400", first: day(-1), why: "Why", name: "Zoë", email: "not an address", phone: "ask Bob" };
      await fill(page, typed);
      await page.locator("#check").click();
      await refused(page, ["count", "first", "email", "phone"]);
      await holds(page, typed);
      assert.match(await page.title(), /^Please check: /);
    }, { mayBe: [422] });
  });
}

for (const { way, options } of OTHER_WAYS) {
  test(`the whole balance is promised for a day (${way})`, async () => {
    const { link, number, contact } = await invoiceWithLink({ balance: "1000.00" });
    await visiting(browser, options, async (page) => {
      await choose(page, link, "promise");
      assert.ok(!await page.locator(".part").isVisible(), "the amount of a part is hidden");
      await page.locator("#send").click();
      await refused(page, ["date", "name", "email"]);
      await fill(page, { date: day(5), note: "After our pay day.", ...CONTACT });
      await page.locator("#send").click();
      await inState(page, "promised");
      const reference = await banner(page, "Promise Received");
      assert.match(await page.locator(".banner").innerText(), /You promised \$1,000\.00 by/);
      await readOnly(page);
      const { particulars } = await caseOf(number);
      assert.equal(particulars.date, day(5));
      assert.ok((await mailTo(contact, (mail) => mail.text.includes(reference))).text.includes("$1,000.00"), "the copy");
    }, { mayBe: [422] });
  });

  test(`a part is promised, once its amount can be one (${way})`, async () => {
    const { link, number } = await invoiceWithLink({ balance: "1000.00" });
    const typed = { date: day(5), note: "The rest follows.", ...CONTACT };
    await visiting(browser, options, async (page) => {
      await choose(page, link, "promise");
      await page.locator("#promised-part").check();
      for (const amount of ["", "1000.01", "10.005"]) {
        await fill(page, { ...typed, amount });
        await page.locator("#send").click();
        await refused(page, ["amount"]);
        await holds(page, { ...typed, amount });
        assert.ok(await page.locator("#promised-part").isChecked());
      }
      await page.locator("#amount").fill("400.00");
      await page.locator("#send").click();
      await inState(page, "promised");
      assert.match(await page.locator(".banner").innerText(), /\$400\.00/);
      assert.equal((await caseOf(number)).amount.minor, 40_000);
    }, { mayBe: [422] });
  });
}

test("a promise is made with the keyboard alone", async () => {
  const { link, number } = await invoiceWithLink();
  await visiting(browser, {}, async (page) => {
    await page.goto(link);
    await tabTo(page, "#promise");
    await page.keyboard.press("Enter");
    await inState(page, "promise");
    await tabTo(page, "#date");
    const [year, month, dayOfMonth] = day(6).split("-");
    await page.keyboard.type(`${month}${dayOfMonth}${year}`);
    for (const field of ["name", "email"]) {
      await tabTo(page, `#${field}`);
      await page.keyboard.type(CONTACT[field]);
    }
    await tabTo(page, "#send");
    await page.keyboard.press("Space");
    await inState(page, "promised");
    assert.equal((await caseOf(number)).particulars.date, day(6));
  });
});

test("an agreed plan shows its schedule to everybody with the link, read-only", async () => {
  const { link, number } = await invoiceWithLink({ balance: "1000.00" });
  await visiting(browser, {}, async (page) => {
    await planOf(page, link, 4);
    await page.locator("#send").click();
    await inState(page, "plan-submitted");
    await act("controller", await caseOf(number), "decision", { decision: "approve", note: "Thank you for asking." });
    await page.reload();
    await inState(page, "plan-active");
    await banner(page, "Payment plan agreed");
    await look(page, "plan-active");
  });
  await visiting(browser, WAYS[1].options, async (page) => {
    await page.goto(link);
    await inState(page, "plan-active");
    assert.deepEqual(await amounts(page), ["$250.00", "$250.00", "$250.00", "$250.00"]);
    assert.match(await page.locator("main").innerText(), /Next is instalment 1 of 4[^]*Thank you for asking\./);
    await readOnly(page);
    await page.goto(`${link}/plan`);
    await inState(page, "plan-active");
  });
});

test("a second press sends nothing twice", async () => {
  const { link, number } = await invoiceWithLink();
  await visiting(browser, {}, async (page) => {
    await planOf(page, link, 2);
    await page.locator("#send").dblclick();
    await inState(page, "plan-submitted");
    const { reference } = await caseOf(number);
    assert.equal(await banner(page, "Plan Submitted"), reference);
  });
});

test("of two tabs that send different things the first counts, and the second sees it", async () => {
  const { link, number } = await invoiceWithLink();
  await visiting(browser, {}, async (slow) => {
    await planOf(slow, link, 2);
    await visiting(browser, WAYS[1].options, async (quick) => {
      await choose(quick, link, "promise");
      await fill(quick, { date: day(4), ...CONTACT });
      await quick.locator("#send").click();
      await inState(quick, "promised");
    });
    await slow.locator("#send").click();
    await inState(slow, "promised");
    assert.equal(await banner(slow, "Promise Received"), (await caseOf(number)).reference);
    await readOnly(slow);
  });
});

test("another site cannot send a payer's plan", async () => {
  const { link, number } = await invoiceWithLink();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(stack.stripe);
  const plan = { do: "send", terms: "equal", count: "2", interval: "weekly", first: day(1), why: "Forged" };
  const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
  await page.evaluate(([action, values]) => {
    const form = Object.assign(document.createElement("form"), { method: "post", action });
    for (const [name, value] of Object.entries(values)) {
      form.append(Object.assign(document.createElement("input"), { name, value }));
    }
    document.body.append(form);
    form.submit();
  }, [`${link}/plan`, { ...plan, name: "Mallory", email: "mallory@elsewhere.example" }]);
  const answer = await answered;
  assert.equal(answer.status(), 403);
  assert.match(answer.headers()["content-security-policy"], /frame-ancestors 'none'/);
  await context.close();
  assert.equal((await invoiceOf(number)).cases.length, 0);
});

test("script typed into a plan is text on every page", async () => {
  const hostile = "<img src=x onerror=alert(1)></textarea><script>alert(2)</script>";
  const { link, number } = await invoiceWithLink();
  await visiting(browser, {}, async (page) => {
    await choose(page, link, "plan");
    const typed = {
      count: "<b>", why: hostile, name: "\"><svg onload=alert(3)>", email: "a@b\"><script>alert(4)</script>", phone: "'><b>",
    };
    await fill(page, typed);
    await page.locator("#check").click();
    await page.locator("#errors").waitFor();
    await holds(page, typed);
    await page.locator("#interval").check();
    await fill(page, { ...CONTACT, name: typed.name, count: "2", first: day(1) });
    await page.locator("#check").click();
    await inState(page, "plan-check");
    await page.locator("#edit").click();
    await inState(page, "plan");
    await holds(page, { why: hostile, name: typed.name });
    await page.locator("#check").click();
    await page.locator("#send").click();
    await inState(page, "plan-submitted");
    await act("controller", await caseOf(number), "decision", { decision: "approve", note: hostile });
    await page.reload();
    await inState(page, "plan-active");
    const shown = await page.locator("#sent").innerText();
    assert.equal(shown.split(hostile).length - 1, 2, "the reason and the note, as typed");
    assert.ok(shown.includes(typed.name));
    assert.equal(await page.locator("main img, main script").count(), 0);
  }, { mayBe: [422] });
});

test("the pages of plans and promises read well at every size and scheme", async () => {
  const plan = await invoiceWithLink({ balance: "61250.00", customer: "Kōbō Werk & Söhne" });
  const promise = await invoiceWithLink();
  await visiting(browser, {}, async (page) => {
    await choose(page, plan.link, "plan");
    await look(page, "plan-form");
    await page.locator("#own").check();
    await look(page, "plan-form-own");
    await fill(page, { date_1: day(1), amount_1: "12.345", amount_2: "61000", email: "zoe@" });
    await page.locator("#check").click();
    await page.locator("#errors").waitFor();
    await look(page, "plan-errors");
    await planOf(page, plan.link, 12);
    await look(page, "plan-check");
    await choose(page, promise.link, "promise");
    await look(page, "promise-form");
    await page.locator("#promised-part").check();
    await page.locator("#send").click();
    await page.locator("#errors").waitFor();
    await look(page, "promise-errors");
    await page.locator("#promised").check();
    await fill(page, { date: day(9), note: "After our pay day.", ...CONTACT });
    await page.locator("#send").click();
    await inState(page, "promised");
    await look(page, "promise-received");
  }, { mayBe: [422] });
});

/** The amounts of the schedule on the page. */
function amounts(page) {
  return page.locator("table").first().locator("td:last-child").allInnerTexts();
}
