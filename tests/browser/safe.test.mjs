// What strangers, scanners and curious colleagues can do: look, and nothing else.
// It must never use more than what a mail or a guess gives them.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { inState, launch, visiting } from "./browser.mjs";
import { invoiceWithLink } from "./invoice.mjs";
import { ask, operator, portal, stack } from "./stack.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

test("1,280 opens by scanners spend nothing", async () => {
  const { link } = await invoiceWithLink();
  const turns = [...Array(1000).fill("GET"), ...Array(260).fill("HEAD")];
  const counts = new Map();
  const worker = async () => {
    for (let method = turns.pop(); method; method = turns.pop()) {
      const { status } = await ask(method, link);
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 10 }, worker));
  for (let opens = 0; opens < 20; opens += 1) {
    await visiting(browser, {}, async (page) => { await page.goto(link); await inState(page, "due"); });
  }
  // Throttling is allowed to answer some of them; nothing else is.
  assert.deepEqual([...counts.keys()].filter((status) => ![200, 429].includes(status)), []);
  await visiting(browser, {}, async (page) => {
    await page.goto(link);
    await page.locator("#pay").click();
    await page.locator("#pay-card").click();
    await inState(page, "paid");
  });
});

test("forged, foreign and malformed links get one and the same page", async () => {
  const { link } = await invoiceWithLink();
  const token = new URL(link).pathname.split("/").pop();
  const flipped = token.slice(0, -2) + (token.at(-2) === "A" ? "B" : "A") + token.at(-1);
  const guesses = [flipped, token.slice(1), `${token}A`, randomBytes(51).toString("base64url"), "x", "%00", "..%2f..%2fetc"];
  const answers = await Promise.all(guesses.map((guess) => ask("GET", new URL(`/p/${guess}`, portal))));
  for (const { status, body } of answers) {
    assert.equal(status, 404);
    assert.equal(body.toString(), answers[0].body.toString());
  }
  await visiting(browser, {}, async (page) => {
    const answer = await page.goto(new URL(`/p/${flipped}`, portal).href);
    assert.equal(answer.status(), 404);
    assert.ok(!(await page.content()).includes(flipped), "the page repeats the token");
  }, { mayBe: [404] });
});

test("every answer, errors too, carries the security headers", async () => {
  const { link } = await invoiceWithLink();
  const path = new URL(link).pathname;
  const bearer = { authorization: `Bearer ${operator("viewer").token}` };
  const asked = [
    ["GET", path], ["HEAD", path], ["POST", path], ["PUT", path], ["GET", `${path}/pay`],
    ["GET", `${path}/receipt`], ["GET", `${path}/paid`], ["DELETE", `${path}/new-link`],
    ["GET", "/"], ["GET", "/p/x"], ["POST", "/p/x/pay"], ["GET", "/no/such/page"], ["OPTIONS", "/no/such/page"],
    ["POST", "/webhooks/stripe"], ["GET", "/webhooks/stripe"],
    ["GET", "/invoices/1"], ["POST", "/invoices/import"],
    ["GET", "/invoices/1", bearer], ["POST", "/invoices/import", bearer], ["POST", "/invoices/1/link", bearer],
  ];
  for (const [method, where, headers] of asked) {
    const answer = await ask(method, new URL(where, portal), { headers });
    const told = `${method} ${where.replace(path, "/p/{token}")} ${answer.status}`;
    assert.ok(answer.status < 500, told);
    const page = /text\/html/.test(answer.headers["content-type"] ?? "");
    assert.match(answer.headers["cache-control"] ?? "", /no-store/, told);
    assert.equal(answer.headers["referrer-policy"], "no-referrer", told);
    assert.equal(answer.headers["x-content-type-options"], "nosniff", told);
    assert.equal(answer.headers["x-frame-options"], "DENY", told);
    assert.match(answer.headers["strict-transport-security"] ?? "", /max-age=\d{8}/, told);
    assert.match(answer.headers["content-security-policy"] ?? "", page ? /default-src 'none'.*frame-ancestors 'none'/ : /default-src 'none'|sandbox/, told);
  }
});

test("a forged return from Checkout pays nothing", async () => {
  const { link } = await invoiceWithLink();
  await visiting(browser, {}, async (page) => {
    await page.goto(`${link}/paid?session_id=cs_test_forged`);
    await page.goto(link);
    await inState(page, "due");
  }, { mayBe: [400, 404] });
});

test("no page can be framed by another site", async () => {
  const { link } = await invoiceWithLink();
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(stack.stripe);
  await page.evaluate((source) => {
    const frame = document.createElement("iframe");
    frame.src = source;
    const settled = new Promise((resolve) => { frame.onload = resolve; });
    document.body.append(frame);
    return settled;
  }, link);
  const framed = page.frames().find((frame) => frame !== page.mainFrame());
  const shown = await framed.locator("body[data-state]").count();
  await context.close();
  assert.equal(shown, 0);
});
