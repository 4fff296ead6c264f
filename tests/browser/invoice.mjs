// A fresh invoice per test, by the way every invoice takes: import, cadence, mail, link.
// It must never reuse an invoice, so that tests cannot meet.
import { runNow } from "./lambda.mjs";
import { ask, operator, stack, until } from "./stack.mjs";

const run = Date.now().toString(36).toUpperCase();
let count = 0;

/** Imports one invoice that is due today; returns { number, contact }. */
export async function importInvoice({
  balance = "1250.00", currency = "USD", customer = "Harbor Hardware", description = "Cordless drills, 10 units",
} = {}) {
  count += 1;
  const number = `BR-${run}-${process.pid}-${count}`;
  const contact = `${number.toLowerCase()}@browser.example`;
  const today = new Date().toISOString().slice(0, 10);
  const csv = "Invoice Number,Due Date,Balance,Contact Email,Customer Name,Currency,Description\n"
    + `${number},${today},${balance},${contact},"${customer}",${currency},"${description}"\n`;
  const answer = await ask("POST", `${stack.api}/invoices/import`, {
    body: csv,
    headers: { authorization: `Bearer ${operator("ar_manager").token}`, "content-type": "text/csv; charset=utf-8" },
  });
  if (answer.status >= 300) throw new Error(`import answered ${answer.status}: ${answer.body}`);
  return { number, contact };
}

/** The newest mail to an address for which `wanted` holds, waiting for it if needed. */
export function mailTo(address, wanted = () => true) {
  return until(`mail to ${address}`, 60, async () => {
    const all = JSON.parse((await ask("GET", stack.inbox_api)).body);
    return all.filter((mail) => mail.to?.some((one) => one.address === address) && wanted(mail)).at(-1);
  });
}

/** The payer link in a mail, as the reader of its text part sees it. */
export function linkIn(mail) {
  const link = mail.text.match(/https?:\/\/\S+\/p\/[A-Za-z0-9_-]+/);
  if (!link) throw new Error(`no link in the mail "${mail.subject}"`);
  return link[0];
}

/** Imports an invoice and returns it with the link its payer got. */
export async function invoiceWithLink(options) {
  const invoice = await importInvoice(options);
  await runNow("cadence-sender");
  const mail = await mailTo(invoice.contact);
  return { ...invoice, mail, link: linkIn(mail) };
}
