// What operators do all day in the console: find, renew and share links, decide, import, sign out.
// It must never take a short cut past a page that an operator would have to go through.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { inState, launch, visiting } from "./browser.mjs";
import {
  SESSION, at, disputeWithPaper, downloaded, flashed, lineOf, openCase, openInvoice, proposePlan, signIn, titled, working,
} from "./console.mjs";
import { caseOf, invoiceOf, textFile } from "./forms.mjs";
import { importInvoice, invoiceWithLink, linkIn, mailTo } from "./invoice.mjs";
import { operate, operator } from "./stack.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const BAD_ROWS = fileURLToPath(new URL("../samples/bad-rows.csv", import.meta.url));
/** Longer than the page waits before it asks what is new, by its own clock. */
const REFRESH_MS = 16_000;

test("without JavaScript an operator signs in, renews a link, decides a dispute and signs out", async () => {
  const renewed = await invoiceWithLink();
  const disputed = await invoiceWithLink();
  await disputeWithPaper(browser, disputed);
  let ended;
  await visiting(browser, { javaScriptEnabled: false }, async (page) => {
    await signIn(page, operator("ar_operator"));
    await find(page, renewed.number);
    await page.getByRole("link", { name: "Make a new link" }).click();
    await titled(page, `Make a new link for ${renewed.number}?`);
    await page.getByRole("button", { name: "Make a new link" }).click();
    await flashed(page, "status", /^A new link was made/);
    await openCase(page, disputed.number);
    await page.getByLabel("Accept a part of it").check();
    await page.getByLabel("Amount to credit").fill("250.00");
    await page.getByLabel("Note to the payer").fill("One box was missing.");
    await page.getByRole("button", { name: "Check what the payer is told" }).click();
    const says = await page.locator("main").innerText();
    assert.match(says, /\$250\.00[^]*the balance becomes \$1,000\.00[^]*One box was missing\./);
    assert.equal((await caseOf(disputed.number)).state, "submitted", "looking decides nothing");
    await page.getByRole("button", { name: "Accept this part and tell the payer" }).click();
    await flashed(page, "status", /^Dispute decided/);
    assert.match(await page.locator("main").innerText(), /\$250\.00 was credited[^]*One box was missing\./);
    assert.equal(await page.locator("#decision").count(), 0, "decided once");
    ended = await page.context().storageState();
    await page.locator(".menu summary").click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await titled(page, "You are signed out");
    await page.goto(at("invoices"));
    await page.locator("#password").waitFor();
  }, { signsIn: true });
  assert.ok(ended.cookies.some((cookie) => cookie.name === SESSION), "there was a session");
  await visiting(browser, { storageState: ended }, async (page) => {
    await page.goto(at("imports"));
    await page.locator("#password").waitFor();
  }, { signsIn: true });
  assert.equal((await caseOf(disputed.number)).state, "partly_accepted");
  assert.equal((await invoiceOf(disputed.number)).balance.minor, 100_000);
  await isDead(renewed.link);
});

test("signing out everywhere ends the sessions of other browsers too", async () => {
  const here = await browser.newContext();
  const other = await here.newPage();
  await signIn(other, operator("csm"));
  await visiting(browser, {}, async (page) => {
    await signIn(page, operator("csm"));
    await page.locator(".menu summary").click();
    await page.getByRole("button", { name: "Sign out everywhere" }).click();
    await titled(page, "You are signed out");
  }, { signsIn: true });
  await other.goto(at("invoices"));
  await other.locator("#password").waitFor();
  await here.close();
});

test("a decision on a plan is shown before it is sent, and can be changed", async () => {
  const { link, number } = await invoiceWithLink();
  await proposePlan(browser, link);
  await working(browser, "controller", async (page) => {
    await (await lineOf(page, "plans", number)).getByRole("link").click();
    await page.getByRole("button", { name: "Change owner" }).waitFor();
    await page.locator("#owner").selectOption("me");
    await page.getByRole("button", { name: "Change owner" }).click();
    await flashed(page, "status", /yours now/);
    await page.getByLabel("Decline the plan").check();
    await page.locator("#note").fill("Two lines\nof a note");
    await page.getByRole("button", { name: "Check what the payer is told" }).click();
    assert.match(await page.locator("h1").innerText(), /^Decline plan/);
    await page.getByRole("button", { name: "Change it" }).click();
    assert.ok(await page.getByLabel("Decline the plan").isChecked());
    assert.equal(await page.locator("#note").inputValue(), "Two lines\nof a note");
    await page.getByLabel("Approve the plan").check();
    await page.getByRole("button", { name: "Check what the payer is told" }).click();
    await page.getByRole("button", { name: "Approve and tell the payer" }).click();
    await flashed(page, "status", /^Plan decided/);
  });
  assert.equal((await caseOf(number)).state, "active");
});

test("a new link is made only after the page has said what happens to the old one", async () => {
  const { link, number, contact, mail } = await invoiceWithLink();
  await working(browser, "ar_manager", async (page) => {
    await openInvoice(page, number);
    assert.equal(await page.locator("#pay-link").inputValue(), link);
    await page.getByRole("link", { name: "Make a new link" }).click();
    const says = await page.locator("main").innerText();
    assert.match(says, /The old link stops working at once[^]*can ask for the new one by mail[^]*checkout is ended/);
    assert.ok(says.includes(contact), "to whom the new one goes");
    await visiting(browser, {}, async (payer) => { await payer.goto(link); await inState(payer, "due"); });
    await page.getByRole("button", { name: "Make a new link" }).click();
    await flashed(page, "status", /^A new link was made and is being mailed/);
    const fresh = linkIn(await mailTo(contact, (one) => one.id !== mail.id));
    assert.notEqual(fresh, link);
    assert.equal(await page.locator("#pay-link").inputValue(), fresh);
    await visiting(browser, {}, async (payer) => { await payer.goto(fresh); await inState(payer, "due"); });
  });
  await isDead(link);
});

test("a link is copied and mailed once more, and stays the same", async () => {
  const { link, number, contact, mail } = await invoiceWithLink();
  const permissions = ["clipboard-read", "clipboard-write"];
  await working(browser, "ar_operator", async (page) => {
    await openInvoice(page, number);
    await page.getByRole("button", { name: "Copy" }).click();
    await page.locator("#copied", { hasText: "Copied." }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
    await page.getByRole("button", { name: "Mail it again" }).click();
    await flashed(page, "status", /being mailed to 1 contact\.$/);
    await page.reload();
    assert.equal(await page.locator("p.banner").count(), 0, "said once");
    assert.equal(linkIn(await mailTo(contact, (one) => one.id !== mail.id)), link);
  }, { options: { permissions } });
});

test("what happens meanwhile appears on the open page by itself", async () => {
  const { number } = await invoiceWithLink();
  await working(browser, "viewer", async (page) => {
    await page.clock.install();
    const id = await openInvoice(page, number);
    const fact = page.locator(".events", { hasText: "A new pay link took the place of the old one" });
    assert.equal(await fact.count(), 0);
    await page.evaluate(() => { globalThis.stays = true; });
    await operate("ar_manager", "POST", `/invoices/${id}/link`, { mail: false });
    await page.clock.fastForward(REFRESH_MS);
    await fact.waitFor();
    assert.ok(await page.evaluate(() => globalThis.stays), "the page was not loaded again");
  });
});

test("an import shows its rejected rows, and their file can be mended and imported", async () => {
  const text = await readFile(BAD_ROWS, "utf8");
  await working(browser, "ar_operator", async (page) => {
    await page.goto(at("imports"));
    await page.locator("#file").setInputFiles(BAD_ROWS);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await flashed(page, "alert", /rows rejected\. Mend the rejected rows/);
    await titled(page, "bad-rows.csv");
    const row = page.locator(".list tbody tr").filter({ has: page.getByRole("cell", { name: "Due Date", exact: true }) });
    assert.ok(await row.count() >= 5, "the bad dates are told at their field");
    const { name, bytes } = await downloaded(page, page.getByRole("link", { name: "Download the rejected rows" }));
    assert.match(name, /^rejected-rows-\w+\.csv$/);
    const rejects = bytes.toString();
    for (const number of text.match(/^BAD-DATE[A-Z-]*/gm)) assert.ok(rejects.includes(number), number);
    assert.ok(!/^OK-1,2026-12-01/m.test(rejects), "what is in is not sent back");
    assert.ok(!/(^|,)"?=/m.test(rejects), "a spreadsheet calculates nothing");
    const mended = await mend(rejects);
    await page.goto(at("imports"));
    await page.locator("#file").setInputFiles([textFile("mended.csv", mended.csv)]);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await flashed(page, "status", /^Done: 1 row imported\.$/);
    assert.equal((await invoiceOf(mended.number)).balance.minor, 10_000);
  });
});

test("the audit is filtered by user, and its file is downloaded and noted", async () => {
  const { number } = await importInvoice();
  await working(browser, "ar_manager", async (page) => {
    await openInvoice(page, number);
    await page.locator("#owner").selectOption("me");
    await page.locator("#assign ~ form").getByRole("button", { name: "Save" }).click();
    await flashed(page, "status", /owner was changed/);
    await page.goto(at("audit"));
    await page.locator("#user").selectOption({ label: "Me" });
    await page.getByRole("button", { name: "Show" }).click();
    await page.locator(".list tr", { hasText: number }).filter({ hasText: "Changed the invoice’s owner" }).waitFor();
    const who = await page.locator(".list tbody tr td:nth-child(2)").allInnerTexts();
    assert.ok(who.every((one) => one === "You"), who.join());
    const { name, bytes } = await downloaded(page, page.getByRole("link", { name: "Download as CSV" }));
    assert.match(name, /^audit-start-to-now\.csv$/);
    assert.ok(bytes.toString().includes(number));
    assert.ok(bytes.toString().includes(operator("ar_manager").email));
    await page.reload();
    await page.locator(".list tr", { hasText: "Exported the audit" }).first().waitFor();
  });
});

/** Searches the list for a number, and opens the one line there is. */
async function find(page, number) {
  await page.goto(at("invoices"));
  await page.getByLabel("Number or customer").fill(number);
  await page.getByRole("button", { name: "Search" }).click();
  const lines = page.locator("[data-list] tbody tr");
  assert.equal(await lines.count(), 1);
  await lines.getByRole("link", { name: number }).click();
  await titled(page, `Invoice ${number}`);
}

/** The payer who opens a link is told that another took its place. */
async function isDead(link) {
  await visiting(browser, {}, async (page) => {
    await page.goto(link);
    await inState(page, "replaced");
    assert.equal(await page.locator("#pay").count(), 0);
  }, { mayBe: [410] });
}

/** The head of a file of rejects and one of its rows, mended. */
function mend(rejects) {
  const lines = rejects.split(/\r?\n/);
  const number = `MENDED-${Date.now()}`;
  const row = lines.find((line) => line.includes("BAD-DATE-WORD"));
  return { number, csv: `${lines[0]}\n${row.replace("BAD-DATE-WORD", number).replace(",soon,", ",2027-01-31,")}\n` };
}
