// The operators' console as its tests use it: signing in as people do, and getting about.
// It must never be signed in by anything but the hosted login, nor hand a session to another role.
import assert from "node:assert/strict";
import { inState, visiting } from "./browser.mjs";
import { CONTACT, caseOf, choose, chooseReason, fill, invoiceOf, pdf, planOf, scannedCaseOf } from "./forms.mjs";
import { invoiceWithLink } from "./invoice.mjs";
import { ask, operate, operator, portal, stack, until } from "./stack.mjs";

/** What a payer may have typed wherever text is taken. It has no quotes, which CSV would double. */
export const HOSTILE = "<img src=x onerror=alert(1)></textarea><script>alert(2)</script>";
/** A tenant that is not the first, to look from outside. */
export const OTHER_TENANT = "kobo-werk";
/** The cookie of a session, as it is called on a machine without certificates. */
export const SESSION = "plixo";

/** More pages of a queue than tests fill. */
const PAGES_MAX = 20;

/** The address of a page of the console: `invoices`, `plans?owner=me`. */
export function at(path) {
  return new URL(`/console/${path}`, portal).href;
}

/** Opens a page of the console as somebody who is not signed in, and signs in on the way. */
export async function signIn(page, { role, tenant }, path = "invoices") {
  const { email, password } = operator(role, tenant);
  await page.goto(at(path));
  await page.locator("#username").fill(email);
  await page.locator("#password").fill(password);
  await page.locator("button[type=submit]").click();
  await page.waitForURL(at(path));
}

const sessions = new Map();

/** The cookies of a role's session; who signs out needs one of their own, by `signIn`. */
export async function sessionOf(browser, role, tenant) {
  const who = `${role} ${tenant ?? ""}`;
  if (!sessions.has(who)) {
    await visiting(browser, {}, async (page) => {
      await signIn(page, { role, tenant });
      sessions.set(who, await page.context().storageState());
    }, { signsIn: true });
  }
  return sessions.get(who);
}

/** As `visiting`, signed in in that role. */
export async function working(browser, role, visit, { options = {}, mayBe = [], tenant } = {}) {
  const storageState = await sessionOf(browser, role, tenant);
  await visiting(browser, { ...options, storageState }, visit, { mayBe, signsIn: true });
}

/** The session's cookie as a header, for requests that no browser would send. */
export async function cookieOf(browser, role, tenant) {
  const { cookies } = await sessionOf(browser, role, tenant);
  const own = cookies.find((cookie) => cookie.name === SESSION);
  return `${own.name}=${own.value}`;
}

/** Opens the page of an invoice; returns its id. */
export async function openInvoice(page, number) {
  const { id } = await invoiceOf(number);
  await page.goto(at(`invoices/${id}`));
  await titled(page, `Invoice ${number}`);
  return id;
}

/** Opens the page of the one case of an invoice; returns the case. */
export async function openCase(page, number) {
  const one = await caseOf(number);
  await page.goto(at(`invoices/${one.invoice.id}/cases/${one.id}`));
  await page.locator("h1", { hasText: one.reference }).waitFor();
  return one;
}

/** The line of an invoice's case in its queue, on whichever page, as soon as the queue has it. */
export function lineOf(page, queue, number) {
  const line = page.locator("[data-list] tbody tr", { hasText: number });
  return until(`${number} in ${queue}`, 60, async () => {
    await page.goto(at(queue));
    for (let turned = 0; turned < PAGES_MAX; turned += 1) {
      if (await line.count() > 0) return line;
      const next = page.locator("a[rel=next]");
      if (await next.count() === 0) return null;
      await page.goto(await next.evaluate((one) => one.href));
    }
    return null;
  });
}

/** Waits for the page with that heading. */
export async function titled(page, heading) {
  await page.getByRole("heading", { level: 1, name: heading, exact: true }).waitFor();
}

/** The banner of what was just done, which must be as good or bad as expected. */
export async function flashed(page, role, words) {
  const banner = page.locator(`p.banner[role=${role}]`);
  await banner.waitFor();
  assert.match(await banner.innerText(), words);
}

/** Downloads what a link leads to: the file's name and its text. */
export async function downloaded(page, link) {
  const saved = page.waitForEvent("download");
  await link.click();
  const download = await saved;
  const parts = [];
  for await (const part of await download.createReadStream()) parts.push(part);
  return { name: download.suggestedFilename(), bytes: Buffer.concat(parts) };
}

/** A payer proposes a plan of that many instalments. */
export async function proposePlan(browser, link, count = 3) {
  await visiting(browser, {}, async (page) => {
    await planOf(page, link, count);
    await page.locator("#send").click();
    await inState(page, "plan-submitted");
  });
}

/** A payer disputes all of an invoice, with a document that the scanner has called clean. */
export async function disputeWithPaper(browser, { link, number }, typed = {}) {
  const { text = "We paid this on 3 May.", name = CONTACT.name, file = "transfer.pdf" } = typed;
  await visiting(browser, {}, async (page) => {
    await choose(page, link, "dispute");
    await chooseReason(page, "already_paid");
    await page.locator("#disputed").check();
    await fill(page, { description: text, ...CONTACT, name });
    await page.locator("#doc-proof_of_payment").setInputFiles(pdf(file, 3_000));
    await page.locator(".uploads li[data-state=done]").waitFor();
    await page.locator("button.go").click();
    await inState(page, "disputed");
  });
  await scannedCaseOf(number);
}

/** A payer pays, and the bank takes the money back: a notice to operators. Returns the invoice. */
export async function takeBack(browser) {
  const invoice = await invoiceWithLink();
  await visiting(browser, {}, async (page) => {
    await page.goto(invoice.link);
    await page.locator("#pay").click();
    await page.locator("#pay-card").click();
    await inState(page, "paid");
  });
  const { id, payments } = await invoiceOf(invoice.number);
  const headers = { "content-type": "application/json" };
  const url = `${stack.stripe}/_control/dispute/${payments[0].stripe_payment}`;
  assert.equal((await ask("POST", url, { headers, body: "{}" })).status, 200);
  await until(`the notice on ${invoice.number}`, 60, async () => {
    const { notices } = await operate("viewer", "GET", `/invoices/${id}`);
    return notices.length > 0;
  });
  return invoice;
}

/** Closes every notice of a tenant. */
export async function closeNotices(tenant) {
  await until(`no notice at ${tenant}`, 60, async () => {
    const { notices } = await operate("admin", "GET", "/notices", undefined, tenant);
    for (const { id, invoice } of notices) await operate("admin", "POST", `/invoices/${invoice}/notices/${id}`, {}, tenant);
    return notices.length === 0;
  });
}
