// What payers and other sites can do to the console: nothing.
// It must never use more than they could have: text, and pages of their own.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { inState, launch, visiting } from "./browser.mjs";
import {
  HOSTILE, OTHER_TENANT, SESSION, at, cookieOf, disputeWithPaper, lineOf, openCase, openInvoice, sessionOf, signIn, titled,
  working,
} from "./console.mjs";
import { act, caseOf, invoiceOf, textFile } from "./forms.mjs";
import { importInvoice, invoiceWithLink, linkIn, mailTo } from "./invoice.mjs";
import { ask, operate, operator, portal, stack } from "./stack.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

/** A site beside ours, whose requests browsers take for same-site: they carry our cookies. */
const NEIGHBOUR = `http://neighbour.${portal.host}`;
test("script that a payer stored is text in the list, the invoice, the queue, the case and the audit", async () => {
  const customer = `${HOSTILE} ${Date.now()}`;
  const invoice = await invoiceWithLink({ customer, description: HOSTILE });
  const file = "<img src=x onerror=alert(4)>.pdf";
  await disputeWithPaper(browser, invoice, { text: HOSTILE, name: HOSTILE, file });
  await act("ar_manager", await caseOf(invoice.number), "question", { text: `Which one? ${HOSTILE}` });
  const asked = linkIn(await mailTo(invoice.contact, ({ text }) => text.includes("Which one?")));
  await visiting(browser, {}, async (page) => {
    await page.goto(`${asked}/answer`);
    await page.locator("#answer").fill(HOSTILE);
    await page.locator("button.go").click();
    await inState(page, "disputed");
  });
  await working(browser, "admin", async (page) => {
    await page.goto(at(`invoices?search=${invoice.number}`));
    await isText(page, 1);
    await page.goto(at(`invoices?search=${encodeURIComponent(customer)}`));
    assert.equal(await page.locator("#search").inputValue(), customer);
    await isText(page, 1);
    await openInvoice(page, invoice.number);
    await page.getByText("What it is for").click();
    await isText(page, 2);
    await isText(page, 1, await lineOf(page, "disputes", invoice.number));
    await openCase(page, invoice.number);
    assert.ok((await page.locator("main").innerText()).includes(file), "the name of the file");
    await isText(page, 5);
    await page.getByLabel("Reject: credit nothing").check();
    await page.locator("#note").fill(HOSTILE);
    await page.getByRole("button", { name: "Check what the payer is told" }).click();
    await page.getByRole("button", { name: "Change it" }).waitFor();
    await isText(page, 2);
    await page.getByRole("button", { name: "Reject and tell the payer" }).click();
    await page.getByRole("heading", { name: "Decision" }).waitFor();
    await isText(page, 6);
    await page.goto(at("audit"));
    await page.locator(".list tr", { hasText: invoice.number }).first().waitFor();
    await isText(page, 0);
  });
});

test("script in a colleague’s settings or a file’s name is text in settings, imports and audit", async () => {
  const file = textFile("<img src=x onerror=alert(5)>.csv", badRow());
  const { mail } = await settings("GET");
  try {
    await change({ subject: `${HOSTILE} {invoice_number}`, body: `${HOSTILE}\n{pay_link}` });
    await working(browser, "admin", async (page) => {
      await page.goto(at("settings"));
      assert.ok((await page.getByLabel("Text", { exact: true }).inputValue()).includes(HOSTILE));
      await page.getByRole("button", { name: "Preview" }).click();
      await page.getByRole("heading", { name: "How a payer would read it" }).waitFor();
      await isText(page, 2);
      await page.goto(at("audit"));
      await isText(page, 2, page.locator(".list tbody tr", { hasText: "Subject of the mail" }).first());
      await page.goto(at("imports"));
      await page.locator("#file").setInputFiles([file]);
      await page.getByRole("button", { name: "Import", exact: true }).click();
      await titled(page, file.name);
      await isText(page, 0);
      await page.goto(at("imports"));
      assert.ok((await page.locator("[data-list]").innerText()).includes(file.name));
      await isText(page, 0);
    }, { tenant: OTHER_TENANT });
  } finally {
    await change(mail);
  }
});

test("cookies are kept from scripts and from other sites, and end with the sign-in", async () => {
  await visiting(browser, {}, async (page) => {
    await signIn(page, operator("viewer"));
    const cookies = (await page.context().cookies(portal.href)).filter((cookie) => cookie.domain === portal.hostname);
    assert.ok(cookies.some((cookie) => cookie.name === SESSION));
    for (const cookie of cookies) {
      assert.ok(cookie.httpOnly, cookie.name);
      assert.equal(cookie.sameSite, "Lax", cookie.name);
      assert.equal(cookie.path, "/", cookie.name);
      assert.ok(cookie.expires > 0 && cookie.expires <= Date.now() / 1000 + 10 * 3600 + 60, `${cookie.name} ends`);
    }
    assert.equal(await page.evaluate(() => document.cookie), "");
    await page.locator(".menu summary").click();
    await page.getByRole("button", { name: "Sign out", exact: true }).click();
    await titled(page, "You are signed out");
    const left = await page.context().cookies(portal.href);
    assert.deepEqual(left.filter((cookie) => cookie.name === SESSION), []);
  }, { signsIn: true });
});

test("a form is taken only with its token and from our own pages", async () => {
  const { number } = await importInvoice();
  const cookie = await cookieOf(browser, "ar_operator");
  let token;
  await working(browser, "ar_operator", async (page) => {
    await openInvoice(page, number);
    token = await page.locator("#assign ~ form [name=form]").inputValue();
  });
  const { id } = await invoiceOf(number);
  const send = (form, headers) => ask("POST", at(`invoices/${id}/owner`), {
    headers: { "content-type": "application/x-www-form-urlencoded", cookie, ...headers },
    body: new URLSearchParams({ owner: "me", once: "1", ...form }).toString(),
  });
  const refused = [
    [{}, {}], [{ form: "" }, {}], [{ form: `${token}x` }, {}], [{ form: token.slice(1) }, {}],
    [{ form: token }, { origin: "https://elsewhere.example" }], [{ form: token }, { origin: "null" }],
    [{ form: token }, { origin: NEIGHBOUR }], [{ form: token }, { "sec-fetch-site": "cross-site" }],
    [{ form: token }, { "sec-fetch-site": "same-site" }],
  ];
  for (const [form, headers] of refused) {
    const answer = await send(form, headers);
    assert.equal(answer.status, 403, JSON.stringify([Object.keys(form), headers]));
    assert.match(answer.body.toString(), /Nothing was changed/);
  }
  assert.equal((await send({ form: token }, { cookie: "" })).status, 401);
  const others = await cookieOf(browser, "ar_manager");
  assert.equal((await send({ form: token }, { cookie: others })).status, 403, "another’s token");
  assert.equal((await invoiceOf(number)).owner, null);
  assert.equal((await send({ form: token }, { origin: portal.origin, "sec-fetch-site": "same-origin" })).status, 303);
  assert.notEqual((await invoiceOf(number)).owner, null, "the form itself was right");
});

for (const [whose, origin, status] of [["another site", stack.stripe, 401], ["a neighbour’s site", NEIGHBOUR, 403]]) {
  test(`a form on ${whose} changes nothing, though its reader is signed in`, async () => {
    const { number } = await importInvoice();
    const { id } = await invoiceOf(number);
    await elsewhere("ar_operator", origin, async (page, token) => {
      const answered = page.waitForResponse((answer) => answer.request().method() === "POST");
      await page.evaluate(([action, form]) => {
        const sent = Object.assign(document.createElement("form"), { method: "post", action });
        for (const [name, value] of Object.entries({ form, owner: "me", once: "1" })) {
          sent.append(Object.assign(document.createElement("input"), { name, value }));
        }
        document.body.append(sent);
        sent.submit();
      }, [at(`invoices/${id}/owner`), token]);
      assert.equal((await answered).status(), status);
    });
    assert.equal((await invoiceOf(number)).owner, null);
  });
}

test("no page of the console can be framed, not even by a neighbour whose frames carry the session", async () => {
  await elsewhere("ar_operator", NEIGHBOUR, async (page) => {
    for (const path of ["invoices", "settings", "signed-out", "nothing"]) {
      const frame = await page.evaluateHandle((source) => new Promise((resolve) => {
        const made = document.createElement("iframe");
        made.onload = () => resolve(made);
        made.src = source;
        document.body.replaceChildren(made);
      }), at(path));
      const framed = await frame.asElement().contentFrame();
      assert.equal(await framed.locator(".skip").count(), 0, path);
      await page.goto(at(path));
      assert.equal(await page.locator(".skip").count(), 1, `${path} is a page of the console`);
      await page.goto(`${NEIGHBOUR}/`);
    }
  });
});

/** What is stored is shown that many times, as it was typed, and nothing of it has become a part of the page. */
async function isText(page, times, where = page.locator("main")) {
  const text = await where.innerText();
  assert.equal(text.split(HOSTILE).length - 1, times, `as text on ${page.url()}`);
  assert.equal(await page.locator("main img, main script, [onerror]").count(), 0, "not as elements");
}

/** The settings of the other tenant, whose mails no other test reads. */
function settings(method, wish) {
  return operate("admin", method, "/settings", wish, OTHER_TENANT);
}

async function change(mail) {
  const { version } = await settings("GET");
  await settings("PUT", { version, mail });
}

/** Opens an empty page of another origin in the browser of somebody who is signed in, whose token it even knows. */
async function elsewhere(role, origin, visit) {
  const context = await browser.newContext({ storageState: await sessionOf(browser, role) });
  const page = await context.newPage();
  await page.goto(at("invoices"));
  const token = await page.locator(".menu [name=form]").inputValue();
  await page.route(`${NEIGHBOUR}/**`, (route) => route.fulfill({ contentType: "text/html", body: "<body></body>" }));
  await page.goto(`${origin}/`);
  await visit(page, token);
  await context.close();
}

/** A file of one row that is rejected, so that nothing is imported. */
function badRow() {
  return `Invoice Number,Due Date,Balance,Contact Email\nNO-${Date.now()},soon,1.00,ap@example.example\n`;
}
