// How the console looks and reads: every page, phone and desk, light and dark, to everyone.
// It must never compare pixels; the screenshots are for people, in target/screenshots.
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { inState, launch, visiting } from "./browser.mjs";
import {
  OTHER_TENANT, at, closeNotices, disputeWithPaper, flashed, lineOf, openCase, openInvoice, proposePlan, signIn, takeBack,
  titled, working,
} from "./console.mjs";
import { CONTACT, act, caseOf, choose, day, fill, look, textFile } from "./forms.mjs";
import { importInvoice, invoiceWithLink, linkIn, mailTo } from "./invoice.mjs";
import { operator } from "./stack.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const BAD_ROWS = fileURLToPath(new URL("../samples/bad-rows.csv", import.meta.url));
const LONG = "Donaudampfschifffahrtsgesellschaft".repeat(2);

test("the list of invoices reads well, full, searched in vain, and with the list of keys open", async () => {
  await importInvoice({ balance: "999999.99", customer: LONG });
  await importInvoice({ customer: "שלום — ACME & Söhne" });
  await working(browser, "admin", async (page) => {
    await page.goto(at("invoices"));
    await page.locator("[data-list] tbody tr").nth(1).waitFor();
    await reads(page, "invoices");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await reads(page, "keys");
    await page.goto(at("invoices?search=nobody-is-called-so"));
    await page.getByRole("heading", { name: "No invoice fits" }).waitFor();
    await reads(page, "invoices-none");
    await page.locator(".menu summary").click();
    await reads(page, "menu");
  });
});

test("an invoice and the way to a new link read well, to who may and to who may not", async () => {
  const { number, link, contact } = await invoiceWithLink({ balance: "999999.99", customer: LONG });
  const { number: paid, link: other } = await invoiceWithLink();
  await visiting(browser, {}, async (page) => {
    await page.goto(link);
    await inState(page, "due");
    await page.goto(other);
    await page.locator("#pay").click();
    await page.locator("#pay-card").click();
    await inState(page, "paid");
  });
  await mailTo(contact);
  await mailTo(`${paid.toLowerCase()}@browser.example`, (mail) => mail.attachments?.length > 0);
  await working(browser, "ar_manager", async (page) => {
    await openInvoice(page, number);
    await reads(page, "invoice");
    await page.getByRole("link", { name: "Make a new link" }).click();
    await titled(page, `Make a new link for ${number}?`);
    await reads(page, "regenerate");
    await page.getByRole("button", { name: "Make a new link" }).click();
    await flashed(page, "status", /^A new link was made/);
    await reads(page, "invoice-renewed");
    await openInvoice(page, paid);
    await page.getByRole("link", { name: "Download the receipt" }).waitFor();
    await reads(page, "invoice-paid");
  });
  await working(browser, "viewer", async (page) => {
    await openInvoice(page, number);
    await reads(page, "invoice-viewer");
  });
});

test("plans and promises read well in their queue, as cases, being decided, and agreed", async () => {
  const plan = await invoiceWithLink({ balance: "61250.00", customer: "Kōbō Werk & Söhne" });
  const agreed = await invoiceWithLink();
  const promise = await invoiceWithLink();
  await proposePlan(browser, plan.link, 12);
  await proposePlan(browser, agreed.link, 3);
  await act("controller", await caseOf(agreed.number), "decision", { decision: "approve", note: "Thank you for asking." });
  await visiting(browser, {}, async (page) => {
    await choose(page, promise.link, "promise");
    await fill(page, { date: day(9), note: "After our pay day.", ...CONTACT });
    await page.locator("#send").click();
    await inState(page, "promised");
  });
  await working(browser, "ar_manager", async (page) => {
    await openCase(page, plan.number);
    await page.locator(".banner", { hasText: "Only the Controller or Legal" }).waitFor();
    await reads(page, "plan-over-limit");
  });
  await working(browser, "controller", async (page) => {
    await lineOf(page, "plans", promise.number);
    await reads(page, "plans");
    await openCase(page, plan.number);
    await reads(page, "plan");
    await page.getByRole("button", { name: "Check what the payer is told" }).click();
    await page.locator("#note:invalid").waitFor();
    await page.locator("#note").fill("We agree.\nPlease keep to the days.");
    await page.getByRole("button", { name: "Check what the payer is told" }).click();
    await page.locator("#errors").waitFor();
    await reads(page, "plan-errors");
    await page.getByLabel("Approve the plan").check();
    await page.getByRole("button", { name: "Check what the payer is told" }).click();
    await page.getByRole("button", { name: "Approve and tell the payer" }).waitFor();
    await reads(page, "plan-decide");
    await openCase(page, agreed.number);
    await page.getByRole("heading", { name: "Decision" }).waitFor();
    await reads(page, "plan-agreed");
    await openCase(page, promise.number);
    await reads(page, "promise");
  }, { mayBe: [422] });
});

test("disputes read well in their queue, as a case with its document, and being decided", async () => {
  const dispute = await invoiceWithLink({ customer: LONG });
  await disputeWithPaper(browser, dispute, { file: `${"a-very-long-name-".repeat(6)}.pdf` });
  await act("ar_manager", await caseOf(dispute.number), "question", { text: "Which payment do you mean?\nWe see two." });
  const asked = linkIn(await mailTo(dispute.contact, (mail) => mail.text.includes("Which payment")));
  await visiting(browser, {}, async (page) => {
    await page.goto(`${asked}/answer`);
    await fill(page, { answer: "The one of 3 May." });
    await page.locator("button.go").click();
    await inState(page, "disputed");
  });
  await working(browser, "legal", async (page) => {
    await lineOf(page, "disputes", dispute.number);
    await reads(page, "disputes");
    await page.goto(at("disputes?owner=me&sla=late"));
    await page.locator(".empty").waitFor();
    await reads(page, "disputes-none");
    await page.goto(at("plans?owner=me&kind=promise"));
    await page.locator(".empty").waitFor();
    await reads(page, "plans-none");
    await openCase(page, dispute.number);
    await page.getByRole("link", { name: /a-very-long-name/ }).waitFor();
    await reads(page, "dispute");
    await page.getByLabel("Accept a part of it").check();
    await page.locator("#credited").fill("100.00");
    await page.locator("#note").fill("One box was missing.");
    await page.getByRole("button", { name: "Check what the payer is told" }).click();
    await page.getByRole("button", { name: "Accept this part" }).waitFor();
    await reads(page, "dispute-decide");
    await page.getByRole("button", { name: "Accept this part" }).click();
    await flashed(page, "status", /^Dispute decided/);
    await reads(page, "dispute-decided");
  });
});

test("imports and one with its rejects read well, and so does a file that is none", async () => {
  await working(browser, "ar_manager", async (page) => {
    await page.goto(at("imports"));
    await page.locator("#file").setInputFiles(BAD_ROWS);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await titled(page, "bad-rows.csv");
    await reads(page, "import");
    await page.goto(at("imports"));
    await page.locator("[data-list] tbody tr").first().waitFor();
    await reads(page, "imports");
    await page.locator("#file").setInputFiles([textFile("no.csv", "Colour\nred\n")]);
    await page.getByRole("button", { name: "Import", exact: true }).click();
    await page.locator("#errors").waitFor();
    await reads(page, "imports-errors");
  }, { mayBe: [422] });
});

test("settings read well to who changes them and to who reads them, with a preview and with errors", async () => {
  await working(browser, "admin", async (page) => {
    await page.goto(at("settings"));
    await page.getByRole("button", { name: "Preview" }).click();
    await page.getByRole("heading", { name: "How a payer would read it" }).waitFor();
    await reads(page, "settings-preview");
    await page.goto(at("settings"));
    await reads(page, "settings");
    await page.getByLabel("Time zone").fill("Mars/Olympus");
    await page.getByRole("button", { name: "Save company" }).click();
    await page.locator("#errors:focus").waitFor();
    await page.locator("#errors a").first().click();
    assert.equal(await page.evaluate(() => document.activeElement.value), "Mars/Olympus");
    await reads(page, "settings-errors");
  }, { mayBe: [422] });
  await working(browser, "viewer", async (page) => {
    await page.goto(at("settings"));
    await titled(page, "Settings");
    assert.equal(await page.locator("main form").count(), 0, "read-only");
    await reads(page, "settings-viewer");
  });
});

test("the audit reads well, and so do days that cannot be", async () => {
  await working(browser, "ar_manager", async (page) => {
    await page.goto(at("audit"));
    await page.locator(".list tbody tr").first().waitFor();
    await reads(page, "audit");
    await page.goto(at("audit?from=2026-11-30&to=2026-11-01"));
    await page.locator("#errors").waitFor();
    await reads(page, "audit-errors");
    await page.goto(at("audit?from=2020-01-01&to=2020-01-02"));
    await page.locator(".empty").waitFor();
    await reads(page, "audit-none");
  }, { mayBe: [422] });
});

test("notices read well, with one and with none, and the banner leads to them", async () => {
  const { number } = await takeBack(browser);
  await working(browser, "ar_manager", async (page) => {
    await page.goto(at("invoices"));
    await page.getByRole("region", { name: "Needs attention" }).getByRole("link", { name: /needs? you/ }).click();
    await titled(page, "Notices");
    await page.getByRole("link", { name: `Invoice ${number}` }).waitFor();
    await reads(page, "notices");
    await page.getByRole("link", { name: `Invoice ${number}` }).click();
    await reads(page, "invoice-notice");
    await page.locator("main .banner.warn").getByRole("button", { name: /^Done/ }).click();
    await flashed(page, "status", /marked as done/);
    await page.goto(at("notices"));
    assert.equal(await page.getByRole("link", { name: `Invoice ${number}` }).count(), 0);
  });
  await closeNotices(OTHER_TENANT);
  await working(browser, "ar_manager", async (page) => {
    await page.goto(at("notices"));
    await page.getByRole("heading", { name: "Nothing needs you" }).waitFor();
    await reads(page, "notices-none");
  }, { tenant: OTHER_TENANT });
});

test("the doors read well: signed out, not signed in, not allowed, not there", async () => {
  await visiting(browser, {}, async (page) => {
    await signIn(page, operator("sales"));
    await page.goto(at("imports"));
    await titled(page, "Your role does not allow this");
    await reads(page, "denied");
    await page.goto(at("nothing/is/here"));
    await titled(page, "There is nothing here");
    await reads(page, "not-found");
    await page.locator(".menu summary").click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await titled(page, "You are signed out");
    await reads(page, "signed-out");
    await page.goto(at("callback?code=none&state=none"));
    await titled(page, "You are not signed in");
    await reads(page, "not-signed-in");
  }, { signsIn: true, mayBe: [400, 403, 404] });
});

/** One page, looked at by people and by axe, on phone and desk, light and dark. */
function reads(page, name) {
  return look(page, `console-${name}`, null);
}
