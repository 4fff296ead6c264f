// What colleagues without the role, and operators of other tenants, can do in the console: nothing.
// It must never use more than they have: a session of their own role.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { launch } from "./browser.mjs";
import { OTHER_TENANT, at, disputeWithPaper, downloaded, openCase, titled, working } from "./console.mjs";
import { caseOf, invoiceOf } from "./forms.mjs";
import { invoiceWithLink } from "./invoice.mjs";
import { operate } from "./stack.mjs";

let browser;
before(async () => { browser = await launch(); });
after(() => browser?.close());

/** The sections that each role is offered, as the table of roles has them. */
const EVERYTHING = ["Invoices", "Plans & promises", "Disputes", "Imports", "Settings", "Audit"];
const SECTIONS = {
  admin: EVERYTHING,
  controller: EVERYTHING,
  ar_manager: EVERYTHING,
  ar_operator: EVERYTHING.slice(0, 5),
  sales: EVERYTHING.slice(0, 3),
  csm: EVERYTHING.slice(0, 3),
  legal: EVERYTHING.filter((one) => one !== "Imports"),
  billing_admin: EVERYTHING.slice(0, 5),
  viewer: EVERYTHING.filter((one) => one !== "Imports"),
};

for (const [role, sections] of Object.entries(SECTIONS)) {
  test(`${role} is offered the sections of the role, and is refused the others`, async () => {
    await working(browser, role, async (page) => {
      await page.goto(at("invoices"));
      const shown = await page.getByRole("navigation", { name: "Sections" }).getByRole("link").allInnerTexts();
      assert.deepEqual(shown, sections);
      for (const one of EVERYTHING) {
        const path = one.toLowerCase().split(" ")[0];
        const answer = await page.goto(at(path));
        assert.equal(answer.status(), sections.includes(one) ? 200 : 403, one);
      }
    }, { mayBe: [403] });
  });
}

test("a viewer is offered nothing that changes an invoice, and what is sent anyway is refused", async () => {
  const { number, link } = await invoiceWithLink();
  await disputeWithPaper(browser, { number, link });
  const one = await caseOf(number);
  const before = await invoiceOf(number);
  const invoice = `invoices/${one.invoice.id}`;
  await working(browser, "viewer", async (page) => {
    for (const path of [invoice, `${invoice}/cases/${one.id}`, "invoices", "disputes", "settings", "audit"]) {
      await page.goto(at(path));
      await page.locator("h1").waitFor();
      assert.equal(await page.locator("main form[method=post], main a[href$='/regenerate'], #pay-link").count(), 0, path);
    }
    await page.goto(at(`${invoice}/regenerate`));
    await titled(page, "Your role does not allow this");
    const writes = [
      [`${invoice}/link`, { mail: "yes" }], [`${invoice}/mail`, {}], [`${invoice}/owner`, { owner: "me" }],
      [`${invoice}/cases/${one.id}/owner`, { owner: "me" }], [`${invoice}/cases/${one.id}/question`, { text: "Why?" }],
      [`${invoice}/cases/${one.id}/decision`, { decision: "accept", note: "Fine.", do: "send" }],
      ["settings/company", { version: "1", "tenant.name": "Mine" }],
    ];
    for (const [path, fields] of writes) {
      await page.goto(at("invoices"));
      await submit(page, at(path), fields);
      await titled(page, "Your role does not allow this");
    }
  }, { mayBe: [403] });
  const after = await invoiceOf(number);
  assert.deepEqual([after.owner, acts(after)], [before.owner, acts(before)], "nothing was done");
  assert.equal((await caseOf(number)).state, "submitted");
});

test("another tenant’s invoice, case, import and receipt are not there", async () => {
  const { number, link } = await invoiceWithLink();
  await disputeWithPaper(browser, { number, link });
  const { id, invoice, documents } = await caseOf(number);
  const { imports } = await operate("admin", "GET", "/imports");
  const own = `invoices/${invoice.id}`;
  const paths = [
    own, `${own}/timeline`, `${own}/regenerate`, `${own}/receipts/${invoice.id}`, `${own}/cases/${id}`,
    `${own}/cases/${id}/documents/${documents[0].id}`, `imports/${imports[0].id}`, `imports/${imports[0].id}/rejects`,
  ];
  const before = acts(await invoiceOf(number));
  await working(browser, "admin", async (page) => {
    for (const path of paths) {
      const answer = await page.goto(at(path));
      assert.equal(answer.status(), 404, path);
      await titled(page, "There is nothing here");
      assert.ok(!(await page.content()).includes(number), path);
    }
    await page.goto(at(`invoices?search=${number}`));
    await page.getByRole("heading", { name: "No invoice fits" }).waitFor();
    for (const path of [`${own}/link`, `${own}/owner`, `${own}/cases/${id}/owner`]) {
      await submit(page, at(path), { owner: "me" });
      await titled(page, "There is nothing here");
    }
  }, { tenant: OTHER_TENANT, mayBe: [404] });
  await working(browser, "admin", async (page) => {
    const answer = await page.goto(at(own));
    assert.equal(answer.status(), 200, "it is there for its own tenant");
    await openCase(page, number);
    const { bytes } = await downloaded(page, page.getByRole("link", { name: documents[0].name }));
    assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
  });
  assert.equal(acts(await invoiceOf(number)), before, "nothing was done");
});

/** How much operators have done to an invoice; mails and payers may come between. */
function acts({ timeline }) {
  return timeline.filter(({ actor }) => actor.role === "operator").length;
}

/** Sends a form of one's own to an address, with the token that one's pages carry. */
async function submit(page, action, fields) {
  const form = await page.locator(".menu [name=form]").inputValue();
  await page.evaluate(([to, values]) => {
    const sent = Object.assign(document.createElement("form"), { method: "post", action: to });
    for (const [name, value] of Object.entries(values)) {
      sent.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    }
    document.body.append(sent);
    HTMLFormElement.prototype.submit.call(sent);
  }, [action, { form, once: `${Date.now()}`, ...fields }]);
}
