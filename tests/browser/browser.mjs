// A browser that tells on every page: console errors, CSP violations, requests to strangers.
// It must never download a browser: it takes the one that is installed.
import assert from "node:assert/strict";
import { accessSync, constants, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { chromium } from "playwright-core";
import { portal, stack } from "./stack.mjs";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
const STEP_TIMEOUT_MS = 20_000;
/** Where documents lie, and the only pages that may speak to it. */
export const BUCKET = `${stack.aws_endpoint}/${stack.bucket}`;
const TAKES_FILES = /\/p\/[^/]+\/(dispute|answer)([?#]|$)/;
const GIVES_FILES = /\/console\/invoices\/[^/]+\/cases\/[^/?]+([?#]|$)/;
/** The hosted login: three pages of an origin whose others are AWS. */
export const LOGIN = new URL(stack.aws_endpoint).origin;
const SIGNS_IN = ["/oauth2/authorize", "/login", "/logout"];
const SHOTS = fileURLToPath(new URL("../../target/screenshots/", import.meta.url));

/** Where the installed browser is, or an error that says how to get one. */
function executable() {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const name of NAMES) {
      try {
        accessSync(join(folder, name), constants.X_OK);
        return join(folder, name);
      } catch { /* not here */ }
    }
  }
  throw new Error("no Chromium on PATH: apt install chromium");
}

/** Starts the browser; close it after the tests of the file. */
export function launch() {
  // Inside a container there is no user namespace for the sandbox; the pages are our own.
  return chromium.launch({ executablePath: executable(), args: ["--no-sandbox"] });
}

/**
 * Opens a page, runs `visit(page)`, and fails if it complained meanwhile, or any page it opened.
 * `mayBe`: status codes of the main document that are expected although not 2xx, and other
 * words of expected complaints. `signsIn`: it is an operator's, who may go to the hosted login
 * and be given the documents of a case.
 */
export async function visiting(browser, options, visit, { mayBe = [], signsIn = false } = {}) {
  const context = await browser.newContext({ acceptDownloads: true, ...options });
  context.setDefaultTimeout(STEP_TIMEOUT_MS);
  const complaints = [];
  context.on("page", (opened) => listen(opened, mayBe, signsIn, complaints));
  const page = await context.newPage();
  try {
    await visit(page);
  } finally {
    await context.close();
  }
  assert.deepEqual(complaints, [], "the page complained");
}

function listen(page, mayBe, signsIn, complaints) {
  const friends = new Set([portal.origin, new URL(stack.stripe).origin]);
  const words = mayBe.map((one) => typeof one === "number" ? `status of ${one}` : one);
  page.on("console", (message) => {
    // The emulator's login page has no icon, and no policy of ours that keeps browsers from asking.
    const isIcon = signsIn && message.location().url === `${LOGIN}/favicon.ico`;
    const expected = isIcon || words.some((one) => message.text().includes(one));
    if (message.type() === "error" && !expected) complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`script: ${error.message}`));
  page.on("request", (request) => {
    const to = new URL(request.url());
    const toBucket = to.href.startsWith(BUCKET) && (signsIn ? GIVES_FILES : TAKES_FILES).test(page.url());
    const toLogin = signsIn && to.origin === LOGIN && SIGNS_IN.includes(to.pathname);
    const known = friends.has(to.origin) || toBucket || toLogin;
    if (to.protocol.startsWith("http") && !known) complaints.push(`stranger: ${to.origin}`);
  });
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    return dialog.dismiss();
  });
}

/**
 * Fails on any breach of WCAG 2.2 AA, or of axe's best practice, on the page as it is; with
 * `rules`, of those only. Axe is a script: it cannot look at a page without JavaScript.
 */
export async function accessible(page, where, rules) {
  const axe = new AxeBuilder({ page });
  const { violations } = await (rules ? axe.withRules(rules) : axe).analyze();
  const told = violations.map((one) => `${one.id}: ${one.help} (${one.nodes.map((node) => node.target).join("; ")})`);
  assert.deepEqual(told, [], `accessibility of ${where}`);
}

/** Saves what the page looks like to target/screenshots/<name>.png. */
export async function shoot(page, name) {
  mkdirSync(SHOTS, { recursive: true });
  await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
}

/** Waits until the page says it is in that state. */
export async function inState(page, state) {
  await page.locator(`body[data-state="${state}"]`).waitFor();
}

/** Waits on the page, reloading it, until it is in that state: for what a worker must do first. */
export async function becomes(page, selector, limit_s = 60) {
  const end = Date.now() + limit_s * 1000;
  while ((await page.locator(selector).count()) === 0) {
    assert.ok(Date.now() < end, `${selector} did not appear within ${limit_s} s`);
    await page.waitForTimeout(500);
    await page.reload();
  }
}
