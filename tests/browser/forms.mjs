// What the stories of plans, promises, disputes and documents share: steps, files, looks.
// It must never fill in what a page does not show.
import assert from "node:assert/strict";
import { accessible, inState, shoot } from "./browser.mjs";
import { ask, operate, stack, until } from "./stack.mjs";

const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 800 };

/** The ways each path is gone: small and large, light and dark, with and without the script. */
export const WAYS = [
  { way: "phone, light", options: { viewport: PHONE, hasTouch: true, colorScheme: "light" } },
  { way: "desk, dark, no JavaScript", options: { viewport: DESK, colorScheme: "dark", javaScriptEnabled: false } },
];
/** The other two, for paths that the script has no part in. */
export const OTHER_WAYS = [
  { way: "phone, dark, no JavaScript", options: { viewport: PHONE, colorScheme: "dark", javaScriptEnabled: false } },
  { way: "desk, light", options: { viewport: DESK, colorScheme: "light" } },
];

/** Whom the seller answers, as payers type it. */
export const CONTACT = { name: "Zoë Ashdown-O’Neill", email: "zoe@elsewhere.example", phone: "+1 (555) 010-7788" };

/** A calendar day, that many days from now, in the first seller's zone. */
export function day(fromNow) {
  const at = new Date(Date.now() + fromNow * 86_400_000);
  return new Intl.DateTimeFormat("en-CA", { timeZone: stack.tenants[0].zone }).format(at);
}

/** Goes from the invoice to one of its other ways: `plan`, `promise` or `dispute`. */
export async function choose(page, link, way) {
  await page.goto(link);
  await inState(page, "due");
  await page.locator(`#${way}`).click();
  await inState(page, way === "dispute" ? "dispute-reason" : way);
}

/** Types into fields by their id. */
export async function fill(page, values) {
  for (const [field, value] of Object.entries(values)) await page.locator(`#${field}`).fill(value);
}

/** Fails unless the fields hold these values. */
export async function holds(page, values) {
  for (const [field, value] of Object.entries(values)) {
    assert.equal(await page.locator(`#${field}`).inputValue(), value, field);
  }
}

/** Chooses the reason of a dispute and goes on to its form. */
export async function chooseReason(page, code) {
  await page.locator(`[name=reason][value=${code}]`).check();
  await page.locator("button.go").click();
  await inState(page, "dispute");
}

/**
 * The form came back: the summary has the focus, and names exactly these fields, in order. Each
 * of its links leads to its field, which says the same and is marked.
 */
export async function refused(page, fields) {
  await page.locator("#errors:focus").waitFor();
  const links = page.locator("#errors a");
  const targets = await links.evaluateAll((all) => all.map((one) => one.getAttribute("href")));
  assert.deepEqual(targets, fields.map((field) => `#${field}`));
  for (const [place, field] of fields.entries()) {
    const says = await links.nth(place).innerText();
    assert.equal((await page.locator(`#${field}-error`).innerText()).trim(), says);
    await links.nth(place).click();
    const input = page.locator(`#${field}:focus`);
    await input.waitFor();
    assert.equal(await input.getAttribute("aria-invalid"), "true", field);
    assert.match(await input.getAttribute("aria-describedby"), new RegExp(`\\b${field}-error\\b`));
  }
}

/** Fails unless the banner says this and gives a reference, which it returns. */
export async function banner(page, title) {
  const text = await page.locator(".banner").first().innerText();
  assert.ok(text.startsWith(title), text);
  const reference = await page.locator(".banner .ref").innerText();
  assert.match(reference, /^[A-Z]+-[0-9A-Z]{6,}$/);
  return reference;
}

/** Fails if the page offers anything to fill in or to send. */
export async function readOnly(page) {
  // A link to pay sooner may be asked for: that sends nothing but a mail to the contact on file.
  const offered = page.locator("form:not([action$='/new-link']), input, textarea, #plan, #promise, #dispute");
  assert.equal(await offered.count(), 0);
}

/** Disputes all of an invoice for a reason without documents, and returns the page's reference. */
export async function disputeAll(page, link) {
  await choose(page, link, "dispute");
  await chooseReason(page, "duplicate");
  await page.locator("#disputed").check();
  await fill(page, { description: "We were billed for this in May already.", ...CONTACT });
  await page.locator("button.go").click();
  await inState(page, "disputed");
  return banner(page, "Dispute Received");
}

/** Fills in a plan of equal weekly instalments, from tomorrow on, and looks at its schedule. */
export async function planOf(page, link, count) {
  await choose(page, link, "plan");
  await page.locator("#interval").check();
  await fill(page, { count: String(count), first: day(1), why: "A slow quarter.", ...CONTACT });
  await page.locator("#check").click();
  await inState(page, "plan-check");
}

/** The invoice of that number, as an operator reads it. */
export async function invoiceOf(number) {
  const { invoices } = await operate("ar_manager", "GET", `/invoices?number=${number}`);
  assert.equal(invoices.length, 1, `one invoice ${number}`);
  return operate("ar_manager", "GET", `/invoices/${invoices[0].id}`);
}

/** The one case of the invoice of that number, as an operator reads it. */
export async function caseOf(number) {
  const { id, cases } = await invoiceOf(number);
  assert.equal(cases.length, 1, "one submission");
  return operate("ar_manager", "GET", `/invoices/${id}/cases/${cases[0].id}`);
}

/** Does something about a case in a role: `question` or `decision`. */
export function act(role, one, verb, body) {
  return operate(role, "POST", `/invoices/${one.invoice.id}/cases/${one.id}/${verb}`, body);
}

/** The case once every document of it has been looked at for malware. */
export function scannedCaseOf(number) {
  return until(`the scan of ${number}`, 60, async () => {
    const one = await caseOf(number);
    return one.documents.every((document) => document.verdict !== "pending") && one;
  });
}

/** Fails unless the operator gets exactly these bytes, as an attachment. */
export async function arrives(one, document, bytes) {
  assert.ok(document, "the document is in the case");
  const path = `/invoices/${one.invoice.id}/cases/${one.id}/documents/${document.id}`;
  const answer = await ask("GET", (await operate("ar_manager", "GET", path)).url);
  assert.equal(answer.status, 200);
  assert.ok(answer.body.equals(bytes), `${document.name}: other bytes`);
  assert.match(answer.headers["content-disposition"], /^attachment/);
}

/** A PDF of that many bytes, none of which repeats soon, as the browser is given files. */
export function pdf(name, bytes = 2_000) {
  const end = Buffer.from("\n%%EOF\n");
  const buffer = Buffer.alloc(bytes, "%PDF-1.4\n");
  let state = bytes;
  for (let at = 9; at < bytes; at += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    buffer[at] = state >>> 24;
  }
  end.copy(buffer, bytes - end.length);
  return { name, mimeType: "application/pdf", buffer };
}

/** A text as a file, as the browser is given files. */
export function textFile(name, text) {
  return { name, mimeType: "application/octet-stream", buffer: Buffer.from(text) };
}

/**
 * Shows the page as it is at both sizes and in both schemes to people; to axe where they differ,
 * which on a desk are the colours, unless other `rules` are named or, with `null`, all.
 */
export async function look(page, name, rules = ["color-contrast"]) {
  const own = page.viewportSize();
  for (const { width, height } of [PHONE, DESK]) {
    for (const colorScheme of ["light", "dark"]) {
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme });
      // Two frames, so that the picture is not taken while the page is still being painted.
      const [content, window] = await page.evaluate(async () => {
        for (let frame = 0; frame < 2; frame += 1) await new Promise((painted) => { requestAnimationFrame(painted); });
        return [document.documentElement.scrollWidth, innerWidth];
      });
      assert.ok(content <= window, `${name} scrolls sideways: ${content} px in ${window} px`);
      await shoot(page, `${name}-${width}-${colorScheme}`);
      const where = `${name} at ${width} px, ${colorScheme}`;
      if (width === PHONE.width && colorScheme === "light") await accessible(page, where);
      if (width === DESK.width && colorScheme === "dark") await accessible(page, where, rules);
    }
  }
  await page.setViewportSize(own);
  await page.emulateMedia({ colorScheme: null });
}

/** Moves the focus by Tab until it is there, and fails if it does not show. */
export async function tabTo(page, selector) {
  for (let presses = 0; presses < 40; presses += 1) {
    await page.keyboard.press("Tab");
    const shows = await page.evaluate((wanted) => {
      const here = document.activeElement;
      return here?.matches(wanted) ? getComputedStyle(here).outlineStyle !== "none" : null;
    }, selector);
    if (shows !== null) return assert.ok(shows, `${selector} has the focus but does not show it`);
  }
  return assert.fail(`${selector} cannot be reached by Tab`);
}
