// How the pages look and read: phone and desk, light and dark, to everyone.
// It must never compare pixels; the screenshots are for people, in target/screenshots.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, becomes, inState, launch, shoot, visiting } from "./browser.mjs";
import { invoiceWithLink } from "./invoice.mjs";
import { portal } from "./stack.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const WIDTHS = [360, 1280];
const SCHEMES = ["light", "dark"];

test("an invoice reads well while due, processing and paid, at every size and scheme", async () => {
  const card = await invoiceWithLink({ customer: "Kōbō Werk & Söhne" });
  const bank = await invoiceWithLink();
  await everywhere(card.link, "due");
  await pay(card.link, "#pay-card", "paid");
  await pay(bank.link, "#pay-ach", "processing");
  await everywhere(card.link, "paid");
  await everywhere(bank.link, "processing");
});

test("a page that is not there reads well too", async () => {
  await everywhere(new URL("/p/not-a-link", portal).href, "not-found", [404]);
});

test("no page asks anyone else for anything, and each is one small answer", async () => {
  const { link } = await invoiceWithLink();
  await visiting(browser, {}, async (page) => {
    const asked = [];
    page.on("request", (request) => asked.push(request.url()));
    const answer = await page.goto(link);
    await inState(page, "due");
    assert.equal(asked.length, 1, asked.join(" "));
    const { responseBodySize } = await answer.request().sizes();
    assert.ok(responseBodySize < 14_000, `${responseBodySize} bytes`);
  });
});

test("at 320 px, which is 400% zoom, nothing is cut off", async () => {
  const { link } = await invoiceWithLink({ balance: "999999.99", customer: "Donaudampfschifffahrtsgesellschaft".repeat(2) });
  await visiting(browser, { viewport: { width: 320, height: 640 } }, async (page) => {
    await page.goto(link);
    await fits(page);
  });
});

async function pay(link, button, state) {
  await visiting(browser, {}, async (page) => {
    await page.goto(link);
    await page.locator("#pay").click();
    await page.locator(button).click();
    await inState(page, state);
    if (state === "paid") await becomes(page, "#receipt");
  });
}

async function everywhere(link, name, mayBe = []) {
  for (const width of WIDTHS) {
    for (const colorScheme of SCHEMES) {
      await visiting(browser, { viewport: { width, height: 800 }, colorScheme }, async (page) => {
        await page.goto(link);
        if (mayBe.length === 0) await inState(page, name);
        await fits(page);
        await shoot(page, `${name}-${width}-${colorScheme}`);
        await accessible(page, `${name} at ${width} px, ${colorScheme}`);
      }, { mayBe });
    }
  }
}

async function fits(page) {
  const [content, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(content <= window, `scrolls sideways: ${content} px in ${window} px`);
}
