// Files on their way from the payer's disk to the operator's: several, slow, failed, refused.
// It must never send a file past the page's own script.
import assert from "node:assert/strict";
import { mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { BUCKET, inState, launch, visiting } from "./browser.mjs";
import { CONTACT, arrives, choose, chooseReason, fill, look, pdf, scannedCaseOf, textFile } from "./forms.mjs";
import { invoiceWithLink } from "./invoice.mjs";

let browser;
let folder;
before(async () => {
  browser = await launch();
  folder = await mkdtemp(join(tmpdir(), "plixo-uploads-"));
});
after(async () => {
  await browser?.close();
  if (folder) await rm(folder, { recursive: true });
});

const FILES = "#doc-other";
const MEGABYTE = 1024 * 1024;

test("several files arrive at the operator as they left the payer", async () => {
  const { link, number } = await invoiceWithLink();
  const order = textFile("請求書.txt", "Ordered 2, got 1 — € 12\r\n");
  const files = [pdf("Lieferschein.pdf", 6 * MEGABYTE), order, pdf("../../etc/passwd.pdf", 300_000)];
  await visiting(browser, {}, async (page) => {
    await disputing(page, link);
    await page.locator(FILES).setInputFiles(files);
    await attached(page, 3);
    await send(page);
  });
  const one = await scannedCaseOf(number);
  assert.equal(one.documents.length, 3);
  for (const { name, buffer } of files) {
    const last = name.split("/").at(-1);
    await arrives(one, one.documents.find((document) => document.name.endsWith(last)), buffer);
  }
});

test("a slow upload shows its progress, can be cancelled, and holds the form back", async () => {
  const { link, number } = await invoiceWithLink();
  const [slow, other, quick] = [pdf("slow.pdf"), pdf("other.pdf"), pdf("quick.pdf")];
  await visiting(browser, {}, async (page) => {
    await disputing(page, link);
    const gate = await held(page);
    await page.locator(FILES).setInputFiles([slow, other, quick]);
    await gate.reached(3);
    assert.equal(await page.locator(".uploads progress").count(), 3);
    await look(page, "uploads-under-way");
    await line(page, other).getByRole("button", { name: "Cancel" }).click();
    assert.equal(await page.locator(".uploads li").count(), 2);
    assert.equal(await page.locator(`${FILES}:focus`).count(), 1, "the focus is not lost");
    await page.locator("button.go").click();
    await says(page, /still on their way/);
    await inState(page, "dispute");
    gate.open();
    await inState(page, "disputed");
  }, { mayBe: ["ERR_FAILED", "ERR_ABORTED"] });
  const one = await scannedCaseOf(number);
  assert.deepEqual(one.documents.map((document) => document.name).sort(), [quick.name, slow.name]);
});

test("an upload that failed says so, holds the form back, and is tried again", async () => {
  const { link, number } = await invoiceWithLink();
  const [lost, gone] = [pdf("lost.pdf"), pdf("gone.pdf")];
  await visiting(browser, {}, async (page) => {
    await disputing(page, link);
    await page.route(`${BUCKET}**`, (route) => route.abort());
    await page.locator(FILES).setInputFiles([lost, gone]);
    await page.locator(".uploads li[data-state=failed]").nth(1).waitFor();
    await look(page, "uploads-failed");
    await page.locator("button.go").click();
    await says(page, /Not sent yet/);
    await inState(page, "dispute");
    await page.unroute(`${BUCKET}**`);
    await line(page, gone).getByRole("button", { name: "Remove" }).click();
    await line(page, lost).getByRole("button", { name: "Try again" }).click();
    await attached(page, 1);
    await send(page);
  }, { mayBe: ["ERR_FAILED"] });
  const one = await scannedCaseOf(number);
  assert.deepEqual(one.documents.map((document) => document.name), [lost.name]);
  await arrives(one, one.documents[0], lost.buffer);
});

test("a file that was uploaded can be removed again", async () => {
  const { link, number } = await invoiceWithLink();
  const [stays, goes] = [pdf("stays.pdf"), pdf("goes.pdf")];
  await visiting(browser, {}, async (page) => {
    await disputing(page, link);
    await page.locator(FILES).setInputFiles([stays, goes]);
    await attached(page, 2);
    await line(page, goes).getByRole("button", { name: "Remove" }).click();
    await says(page, /goes\.pdf was removed/);
    await send(page);
  });
  assert.deepEqual((await scannedCaseOf(number)).documents.map((document) => document.name), [stays.name]);
});

test("what cannot be taken is refused with a sentence before it is uploaded", async () => {
  const { link } = await invoiceWithLink();
  const large = join(folder, "large.pdf");
  const handle = await open(large, "w");
  await handle.truncate(25 * MEGABYTE + 1);
  await handle.close();
  await visiting(browser, {}, async (page) => {
    const uploads = [];
    page.on("request", (request) => { if (request.url().startsWith(BUCKET)) uploads.push(request.url()); });
    await disputing(page, link);
    await page.locator(FILES).setInputFiles(large);
    await told(page, "large.pdf", /25 MB/);
    await page.locator(FILES).setInputFiles([pdf("setup.exe")]);
    await told(page, "setup.exe", /PDF, PNG/);
    await page.locator(FILES).setInputFiles([textFile("empty.pdf", "")]);
    await told(page, "empty.pdf", /empty/);
    assert.deepEqual(uploads, []);
    await page.locator("button.go").click();
    await says(page, /Not sent yet/);
  }, { mayBe: [422] });
});

test("a page that calls itself a PDF is refused at its field when it is sent", async () => {
  const { link, number } = await invoiceWithLink();
  const good = pdf("good.pdf");
  await visiting(browser, {}, async (page) => {
    await disputing(page, link);
    const disguised = textFile("page.pdf", "<!doctype html><script>alert(1)</script>");
    await page.locator(FILES).setInputFiles([disguised, good]);
    await attached(page, 2);
    await page.locator("button.go").click();
    await page.locator("#errors:focus").waitFor();
    assert.match(await page.locator("#errors").innerText(), /page\.pdf/);
    assert.deepEqual(await page.locator(".uploads bdi").allInnerTexts(), [good.name]);
    await look(page, "uploads-refused");
    await send(page);
  }, { mayBe: [422] });
  const one = await scannedCaseOf(number);
  await arrives(one, one.documents[0], good.buffer);
});

test("the eleventh file is refused, and ten are sent", async () => {
  const { link, number } = await invoiceWithLink();
  const files = Array.from({ length: 11 }, (_, place) => pdf(`${place + 1}.pdf`, 1_000 + place));
  await visiting(browser, {}, async (page) => {
    await disputing(page, link);
    await page.locator(FILES).setInputFiles(files);
    await attached(page, 10);
    await told(page, "11.pdf", /10/);
    await line(page, files[10]).getByRole("button", { name: "Remove" }).click();
    await send(page);
  });
  assert.equal((await scannedCaseOf(number)).documents.length, 10);
});

/** Fills in all of a dispute but its files. */
async function disputing(page, link) {
  await choose(page, link, "dispute");
  await chooseReason(page, "other");
  await page.locator("#disputed").check();
  await fill(page, { description: "See the documents.", ...CONTACT });
}

async function send(page) {
  await page.locator("button.go").click();
  await inState(page, "disputed");
}

/** Holds every upload back until it is opened. */
async function held(page) {
  let open;
  const opened = new Promise((resolve) => { open = resolve; });
  const waiting = [];
  let arrived = () => {};
  await page.route(`${BUCKET}**`, async (route) => {
    waiting.push(route);
    arrived();
    await opened;
    await route.continue().catch(() => { /* cancelled meanwhile */ });
  });
  const reached = (count) => new Promise((resolve) => {
    arrived = () => { if (waiting.length >= count) resolve(); };
    arrived();
  });
  return { open, reached };
}

function line(page, file) {
  return page.locator(".uploads li", { hasText: file.name });
}

async function attached(page, count) {
  await page.locator(".uploads li[data-state=done]").nth(count - 1).waitFor();
}

async function told(page, name, words) {
  const says = page.locator(".uploads li[data-state=refused]", { hasText: name }).locator(".error");
  assert.match(await says.innerText(), words);
}

async function says(page, words) {
  await page.locator("#upload-note", { hasText: words }).waitFor();
}
