// The payer's way, from the mail to the receipt, and the ways it bends.
// It must never look at what a payer cannot see, but for the state the page declares.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { becomes, inState, launch, visiting } from "./browser.mjs";
import { invoiceWithLink, mailTo } from "./invoice.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

test("a payer pays from the mail and leaves with a receipt", async () => {
  const { link, number, contact } = await invoiceWithLink({ balance: "1250.00" });
  await visiting(browser, PHONE, async (page) => {
    await page.goto(link);
    await inState(page, "due");
    assert.match(await page.locator("main").innerText(), /1,250\.00/);
    await page.locator("#pay").click();
    await page.locator("#pay-card").click();
    await inState(page, "paid");
    assert.match(await page.locator(".banner").first().innerText(), /^Paid/);
    await becomes(page, "#receipt");
    await saves(page, number);
  });
  const receipt = await mailTo(contact, (mail) => mail.attachments?.some((one) => one.contentType === "application/pdf"));
  assert.ok(receipt.text.includes(number), "the mail names the invoice");
});

test("a declined card says so, and the next try pays", async () => {
  const { link } = await invoiceWithLink();
  await visiting(browser, PHONE, async (page) => {
    await page.goto(link);
    await page.locator("#pay").click();
    await page.locator("#decline-card").click();
    await page.locator("#error").waitFor();
    await page.locator("#cancel").click();
    await page.locator("#pay").click();
    await page.locator("#pay-card").click();
    await inState(page, "paid");
  }, { mayBe: [402] });
});

test("cancelling comes back to the invoice, still to be paid", async () => {
  const { link } = await invoiceWithLink();
  await visiting(browser, {}, async (page) => {
    await page.goto(link);
    await page.locator("#pay").click();
    await page.locator("#cancel").click();
    await page.locator("#pay").waitFor();
    assert.notEqual(await page.locator("body").getAttribute("data-state"), "paid");
  });
});

test("a bank payment shows as processing, and there is nothing more to press", async () => {
  const { link } = await invoiceWithLink();
  await visiting(browser, {}, async (page) => {
    await page.goto(link);
    await page.locator("#pay").click();
    await page.locator("#pay-ach").click();
    await inState(page, "processing");
    assert.equal(await page.locator("#pay").count(), 0);
  });
});

test("a colleague with the same link sees Paid and pays nothing again", async () => {
  const { link } = await invoiceWithLink();
  await visiting(browser, {}, async (page) => {
    await page.goto(link);
    await page.locator("#pay").click();
    await page.locator("#pay-card").click();
    await inState(page, "paid");
  });
  await visiting(browser, {}, async (page) => {
    await page.goto(link);
    await inState(page, "paid");
    assert.equal(await page.locator("#pay").count(), 0);
  });
});

test("without JavaScript everything works the same", async () => {
  const { link, number } = await invoiceWithLink();
  await visiting(browser, { ...PHONE, javaScriptEnabled: false }, async (page) => {
    await page.goto(link);
    await page.locator("#pay").click();
    await page.locator("#pay-card").click();
    await inState(page, "paid");
    await becomes(page, "#receipt");
    await saves(page, number);
  });
});

test("with the keyboard alone everything works the same", async () => {
  const { link } = await invoiceWithLink();
  await visiting(browser, {}, async (page) => {
    await page.goto(link);
    await tabTo(page, "#pay");
    await page.keyboard.press("Enter");
    await page.locator("#pay-card").waitFor();
    await tabTo(page, "#pay-card");
    await page.keyboard.press("Enter");
    await inState(page, "paid");
    await becomes(page, "#receipt");
    await tabTo(page, "#receipt");
    const saved = page.waitForEvent("download");
    await page.keyboard.press("Enter");
    await saved;
  });
});

async function saves(page, number) {
  const saved = page.waitForEvent("download");
  await page.locator("#receipt").click();
  const download = await saved;
  assert.match(download.suggestedFilename(), new RegExp(`${number}.*\\.pdf$`));
  const bytes = await readFile(await download.path());
  assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
}

async function tabTo(page, selector) {
  for (let presses = 0; presses < 30; presses += 1) {
    await page.keyboard.press("Tab");
    const seen = await page.evaluate((wanted) => {
      const here = document.activeElement;
      return here?.matches(wanted) ? getComputedStyle(here).outlineStyle !== "none" : null;
    }, selector);
    if (seen !== null) {
      assert.ok(seen, `${selector} has the focus but does not show it`);
      return;
    }
  }
  assert.fail(`${selector} cannot be reached by Tab`);
}
