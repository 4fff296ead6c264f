// The console by keyboard: J, K, Enter, ?, /, without them, and Tab through everything there is.
// It must never move the focus but by keys.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch, visiting } from "./browser.mjs";
import { at, disputeWithPaper, flashed, lineOf, openInvoice, signIn, titled, working } from "./console.mjs";
import { tabTo } from "./forms.mjs";
import { importInvoice, invoiceWithLink } from "./invoice.mjs";
import { operator } from "./stack.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

/** More stops of the focus than any page of these tests has. */
const STOPS_MAX = 150;

test("J and K move in a list and stop at its ends, and Enter opens the line", async () => {
  const customer = `Keyboards ${Date.now()}`;
  for (let count = 0; count < 3; count += 1) await importInvoice({ customer });
  await working(browser, "viewer", async (page) => {
    await page.goto(at(`invoices?search=${encodeURIComponent(customer)}`));
    const numbers = await page.locator("[data-list] tbody th").allInnerTexts();
    assert.equal(numbers.length, 3);
    await press(page, "j", numbers[0]);
    await press(page, "j", numbers[1]);
    await press(page, "J", numbers[2]);
    await press(page, "j", numbers[2]);
    await press(page, "k", numbers[1]);
    await press(page, "K", numbers[0]);
    await press(page, "k", numbers[0]);
    await press(page, "Control+j", numbers[0]);
    await press(page, "Alt+j", numbers[0]);
    await press(page, "j", numbers[1]);
    assert.ok(await isMarked(page), "the line shows that it has the focus");
    await page.keyboard.press("Enter");
    await titled(page, `Invoice ${numbers[1]}`);
  });
});

test("J and Enter open a case from its queue", async () => {
  const { link, number } = await invoiceWithLink();
  await disputeWithPaper(browser, { link, number });
  await working(browser, "legal", async (page) => {
    await lineOf(page, "disputes", number);
    await page.goto(at("disputes"));
    const references = await page.locator("[data-list] tbody th a").allInnerTexts();
    await press(page, "j", references[0]);
    await page.keyboard.press("Enter");
    await titled(page, `Dispute ${references[0]}`);
  });
});

test("? lists the keys, Escape closes the list, and meanwhile no key moves anything", async () => {
  await importInvoice();
  await working(browser, "viewer", async (page) => {
    await page.goto(at("invoices"));
    const keys = page.getByRole("dialog", { name: "Keys" });
    await page.keyboard.press("?");
    await keys.waitFor();
    for (const key of ["J", "K", "Enter", "/", "?"]) assert.ok(await keys.getByText(key, { exact: true }).isVisible(), key);
    await page.keyboard.press("j");
    await page.keyboard.press("/");
    assert.ok(await isWithin(page, "dialog"), "the focus stays in the list of keys");
    await page.keyboard.press("Escape");
    await keys.waitFor({ state: "hidden" });
    await page.keyboard.press("?");
    await keys.getByRole("button", { name: "Close" }).click();
    await keys.waitFor({ state: "hidden" });
    await page.keyboard.press("j");
    assert.equal(await focused(page), await page.locator("[data-list] tbody th").first().innerText());
  });
});

test("single keys can be turned off, stay off, and a button still opens the list where they come back", async () => {
  await importInvoice();
  await working(browser, "viewer", async (page) => {
    await page.goto(at("invoices"));
    const keys = page.getByRole("dialog", { name: "Keys" });
    const single = keys.getByLabel("Use single keys");
    const turn = async (on) => {
      await page.getByRole("button", { name: "Keys", exact: true }).click();
      await single.setChecked(on);
      await keys.getByRole("button", { name: "Close" }).click();
      await keys.waitFor({ state: "hidden" });
      await page.reload();
    };
    await page.keyboard.press("?");
    assert.ok(await single.isChecked(), "on at first");
    await page.keyboard.press("Escape");
    await keys.waitFor({ state: "hidden" });
    await turn(false);
    for (const key of ["j", "k", "/", "?"]) await page.keyboard.press(key);
    assert.ok(await page.evaluate(() => document.activeElement === document.body), "no key moves anything");
    assert.equal(await page.locator("dialog[open]").count(), 0);
    assert.equal(await page.locator(".keys-hint").isVisible(), false, "nor does the page promise one");
    await turn(true);
    await press(page, "j", await page.locator("[data-list] tbody th").first().innerText());
  });
});

test("/ goes to the search field, and in a field keys are letters", async () => {
  await importInvoice();
  await working(browser, "viewer", async (page) => {
    await page.goto(at("invoices?search=BR"));
    await page.keyboard.press("/");
    await page.locator("#search:focus").waitFor();
    await page.keyboard.type("jk?/J");
    assert.equal(await page.locator("#search").inputValue(), "jk?/J", "what was there is replaced, and keys are typed");
    assert.equal(await page.locator("#search:focus").count(), 1);
    assert.equal(await page.locator("dialog[open]").count(), 0);
    await page.locator("#status").focus();
    await page.keyboard.press("j");
    assert.equal(await page.locator("#status:focus").count(), 1, "a choice keeps the focus");
  });
});

for (const path of ["invoices", "disputes", "plans", "imports", "settings", "audit", "notices"]) {
  test(`on ${path} Tab begins at the skip link, reaches everything, and always shows where it is`, async () => {
    await working(browser, "admin", async (page) => {
      await page.goto(at(path));
      await reachesEverything(page);
      await page.reload();
      await page.keyboard.press("Tab");
      assert.equal(await focused(page), "Skip to content");
      await page.keyboard.press("Enter");
      await page.locator("main:focus").waitFor();
      await page.keyboard.press("Tab");
      assert.ok(await isWithin(page, "main"), "the sections are skipped");
    });
  });
}

test("on the pages of an invoice and of a case everything is reached by Tab", async () => {
  const { link, number } = await invoiceWithLink();
  await disputeWithPaper(browser, { link, number });
  await working(browser, "admin", async (page) => {
    await openInvoice(page, number);
    await reachesEverything(page);
    await page.getByRole("link", { name: /^dispute /i }).click();
    await page.getByRole("heading", { name: "Decide" }).waitFor();
    await reachesEverything(page);
  });
});

test("with the keyboard alone an operator signs in, finds an invoice, renews its link and signs out", async () => {
  const { number } = await invoiceWithLink();
  const { email, password } = operator("billing_admin");
  await visiting(browser, {}, async (page) => {
    await page.goto(at("invoices"));
    await page.locator("#username:focus").waitFor();
    await page.keyboard.type(email);
    await page.keyboard.press("Tab");
    await page.keyboard.type(password);
    await page.keyboard.press("Enter");
    await titled(page, "Invoices");
    await page.keyboard.press("/");
    await page.keyboard.type(number);
    await page.keyboard.press("Enter");
    await page.waitForURL(/search=/);
    await press(page, "j", number);
    await page.keyboard.press("Enter");
    await titled(page, `Invoice ${number}`);
    await tabTo(page, "a[href$='/regenerate']");
    await page.keyboard.press("Enter");
    await titled(page, `Make a new link for ${number}?`);
    await tabTo(page, "main button.go");
    await page.keyboard.press("Space");
    await flashed(page, "status", /^A new link was made/);
    await tabTo(page, ".menu summary");
    await page.keyboard.press("Enter");
    await tabTo(page, ".menu button");
    await page.keyboard.press("Enter");
    await titled(page, "You are signed out");
  }, { signsIn: true });
});

/** Presses a key, after which the focus must be on the line of that name. */
async function press(page, key, name) {
  await page.keyboard.press(key);
  assert.equal(await focused(page), name, `after ${key}`);
}

function focused(page) {
  return page.evaluate(() => document.activeElement.innerText.trim());
}

function isWithin(page, selector) {
  return page.evaluate((wanted) => document.activeElement.closest(wanted) !== null, selector);
}

/** Whether the focus can be seen: on the element itself, or on the line of the list it is in. */
function isMarked(page) {
  return page.evaluate(() => {
    const here = document.activeElement;
    // The calendar's button within a field for a day, which browsers mark by themselves.
    if (here.type === "date" && !here.matches(":focus")) return true;
    const box = here.getBoundingClientRect();
    const isInView = box.width > 0 && box.bottom > 0 && box.top < innerHeight;
    return isInView && [here, here.closest("tr")].some((one) => {
      const { outlineStyle, outlineWidth } = getComputedStyle(one ?? here);
      return outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    });
  });
}

/**
 * Tabs through the page: the skip link first, every stop shows, and at the end nothing that can
 * be pressed or filled in was left out.
 */
async function reachesEverything(page) {
  const all = await page.evaluate(() => {
    const able = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")];
    const first = new Set();
    // Of a group of radio buttons only one is a stop of Tab; the arrows reach the others.
    const isStop = (one) => one.type !== "radio" || (!first.has(one.name) && first.add(one.name));
    const stops = able.filter((one) => one.checkVisibility({ visibilityProperty: true }) && isStop(one));
    stops.forEach((one, place) => { one.dataset.stop = place; });
    return stops.length;
  });
  assert.ok(all < STOPS_MAX, `${all} stops`);
  const reached = new Set();
  for (let presses = 0; presses < STOPS_MAX; presses += 1) {
    await page.keyboard.press("Tab");
    const [stop, label] = await page.evaluate(() => {
      const here = document.activeElement;
      return [here.dataset.stop, here.outerHTML.slice(0, 80)];
    });
    if (presses === 0) assert.equal(await focused(page), "Skip to content");
    // Some stops are the browser's own, such as the parts of a date or a list that scrolls.
    if (label.startsWith("<body")) break;
    if (stop === undefined) continue;
    assert.ok(await isMarked(page), `does not show its focus: ${label}`);
    if (presses > 0 && stop === "0") break;
    reached.add(stop);
  }
  const missed = await page.evaluate((known) => [...document.querySelectorAll("[data-stop]")]
    .filter((one) => !known.includes(one.dataset.stop)).map((one) => one.outerHTML.slice(0, 80)), [...reached]);
  assert.deepEqual(missed, [], "not reached by Tab");
}
