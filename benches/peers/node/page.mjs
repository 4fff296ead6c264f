// The page of an invoice that is due, as ours writes it.
// It must never write a text of somebody's unescaped.
import { createHash } from 'node:crypto';

import style from '../../../functions/portal/templates/style.css';

const COMPACT = style.split('\n').map((line) => line.trim()).filter((line) => !line.startsWith('/*')).join('');
const INDIGO = '#4f46e5';
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const ESCAPED = { '<': '&#60;', '>': '&#62;', '&': '&#38;', '"': '&#34;', "'": '&#39;' };
const DAY_MS = 86_400_000;
// Stripe takes 0.50 to 999,999.99 USD.
const STRIPE_MIN = 50;
const STRIPE_MAX = 99_999_999;
const LINES_WHOLE_MAX = 8;
const calendars = new Map();

/** The answer for a live link of an invoice that is due; other states are not measured. */
export function page(file, link, token, now, checkoutOrigin) {
  const { invoice, description } = file;
  const { minor, currency } = invoice.balance;
  const due = invoice.status === 'Open' && link.state === 'Live' && !file.cases.length && !file.payments.length;
  const payable = currency === 'USD' && minor >= STRIPE_MIN && minor <= STRIPE_MAX;
  const lines = description.split(/\r?\n/).filter((line, place, all) => line || place < all.length - 1);
  if (!due || !payable || lines.length > LINES_WHOLE_MAX) throw new Error('not measured: another state');
  const brand = /^#[0-9a-f]{6}$/i.test(invoice.seller.brand_colour) ? invoice.seller.brand_colour : INDIGO;
  const sheet = `${COMPACT}:root{--brand:${brand}}`;
  const html = write(invoice, lines, token, now, sheet);
  const hash = createHash('sha256').update(sheet).digest('base64');
  return reply(200, html, hash, ` ${checkoutOrigin}`);
}

/** A page that knows no invoice; shorter than ours, and not measured. */
export function plain(status, words) {
  const html = `<!doctype html><html lang="en"><title>Plixo</title><p>${words}</p></html>`;
  return reply(status, html, '', '');
}

function write(invoice, lines, token, now, sheet) {
  const number = escape(invoice.number);
  const { name, contact, zone } = invoice.seller;
  const seller = escape(name);
  const amount = money(invoice.balance.minor);
  const due = date(invoice.due_date);
  const late = daysOverdue(invoice.due_date, zone, now);
  const overdue = late ? ` <b>${late} ${late === 1 ? 'day' : 'days'} overdue</b>` : '';
  const ach = invoice.seller.country === 'US';
  const mail = escape(contact);
  const address = /^[\w.+@-]*@[\w.+@-]*$/.test(contact) ? `<a href="mailto:${mail}">${mail}</a>` : `<bdi>${mail}</bdi>`;
  const ask = contact ? `before you pay: ${address}` : 'before you pay, through a contact you already know.';
  const listed = lines.map((line) => `<li>${escape(line)}</li>`).join('');
  const what = lines.length ? `<section>
<h2>What it is for</h2>
<ul class="lines">${listed}</ul>
</section>
` : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>Invoice ${number} from ${seller}: ${amount} due ${due}</title>
<style>${sheet}</style>
</head>
<body class="wide" data-state="due" data-notice="none">
<header><bdi>${seller}</bdi></header>
<main>
<div class="side">
<div class="invoice">
<h1>Invoice <bdi>${number}</bdi></h1>
<p class="label">Amount due</p>
<p class="amount${amount.length > 14 ? ' long' : ''}">${amount} <small>USD</small></p>
<p class="due">Due ${due}${overdue}</p>
</div>
<div>
<form method="post" action="${token}/pay"><button class="go" id="pay">Pay ${amount} USD</button></form>
<ul class="note">
<li>You pay on Stripe’s secure page, by card${ach ? ' or US bank account (ACH)' : ''}.</li>
<li><bdi>${seller}</bdi> receives the money directly; card${ach ? ' and bank' : ''} details never reach us.</li>
<li>Your receipt comes by email, and you can download it here.</li>
</ul>
</div>
<section>
<h2>Can’t pay it all now? Something wrong?</h2>
<ul class="lines">
<li><a id="plan" href="${token}/plan">Propose a payment plan</a></li>
<li><a id="promise" href="${token}/promise">Promise a date</a></li>
<li><a id="dispute" href="${token}/dispute">Dispute this invoice</a></li>
</ul>
</section>
</div>
<div class="side">
<dl>
<div><dt>Billed to</dt><dd><bdi>${escape(invoice.customer)}</bdi></dd></div>
</dl>
${what}<section>
<h2>Questions, or not expecting this?</h2>
<p>Ask <bdi>${seller}</bdi> ${ask}</p>
</section>
</div>
</main>
<footer>Plixo shows this invoice for <bdi>${seller}</bdi>. This link opens nothing else; share it only with people who may see it.</footer>
</body>
</html>`;
}

function reply(statusCode, body, styleHash, formTargets) {
  return {
    statusCode,
    headers: {
      'content-security-policy': `default-src 'none'; base-uri 'none'; frame-ancestors 'none'; style-src 'sha256-${styleHash}'; form-action 'self'${formTargets}`,
      'strict-transport-security': 'max-age=63072000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=()',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'x-robots-tag': 'noindex, nofollow',
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
    },
    body,
  };
}

function money(minor) {
  const whole = String(Math.floor(minor / 100)).replace(/\B(?=(\d{3})+$)/g, ',');
  return `$${whole}.${String(minor % 100).padStart(2, '0')}`;
}

function date(text) {
  const [year, month, day] = text.split('-');
  return `${Number(day)} ${MONTHS[month - 1]} ${year}`;
}

/** Days past the due date on the seller's calendar; 0 if there are none. */
function daysOverdue(due, zone, now) {
  if (!calendars.has(zone)) calendars.set(zone, new Intl.DateTimeFormat('en-CA', { timeZone: zone }));
  const today = calendars.get(zone).format(now);
  return Math.max(0, (Date.parse(today) - Date.parse(due)) / DAY_MS);
}

function escape(text) {
  return text.replace(/[<>&"']/g, (letter) => ESCAPED[letter]);
}
