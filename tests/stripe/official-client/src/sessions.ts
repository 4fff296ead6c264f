// Sessions through the official client: create, read, list, page, expire, repeat, refund.
// It must never look at the stand-in's insides, only at what the client returns.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { check } from './check.js';
import { account, client, control, sale } from './stand-in.js';

/** The group. */
export async function sessions(): Promise<void> {
  const stripe = client();

  await check('create and retrieve agree', async () => {
    const made = await stripe.checkout.sessions.create(sale());
    const read = await stripe.checkout.sessions.retrieve(made.id);
    assert.equal(read.status, 'open');
    assert.equal(read.amount_total, 125_000);
    assert.equal(read.metadata?.['invoice'], 'I1');
    assert.deepEqual(read.allowed_payment_method_types, ['card', 'us_bank_account']);
    assert.equal(read.lastResponse.headers['stripe-account'], account);
    assert.equal(read.lastResponse.apiVersion, made.lastResponse.apiVersion);
  });

  await check('a repeat with one key is replayed', async () => {
    const options = { idempotencyKey: randomUUID() };
    const first = await stripe.checkout.sessions.create(sale(), options);
    const second = await stripe.checkout.sessions.create(sale(), options);
    assert.equal(second.id, first.id);
    assert.equal(second.lastResponse.headers['idempotent-replayed'], 'true');
  });

  await check('expire ends a session', async () => {
    const made = await stripe.checkout.sessions.create(sale());
    const ended: Stripe.Checkout.Session = await stripe.checkout.sessions.expire(made.id);
    assert.equal(ended.status, 'expired');
    assert.equal(ended.url, null);
  });

  await check('auto-pagination meets every session once, newest first', async () => {
    const own = client(`acct_${randomUUID().replaceAll('-', '')}`);
    const made: string[] = [];
    for (let index = 0; index < 7; index += 1) {
      made.unshift((await own.checkout.sessions.create(sale())).id);
    }
    const met: string[] = [];
    for await (const session of own.checkout.sessions.list({ limit: 3 })) met.push(session.id);
    assert.deepEqual(met, made);
  });

  await check('lists filter by status, intent and time', async () => {
    const made = await stripe.checkout.sessions.create(sale());
    await control(`pay/${made.id}`);
    const paid = await stripe.checkout.sessions.retrieve(made.id);
    assert.ok(typeof paid.payment_intent === 'string');
    const found = await stripe.checkout.sessions.list({ payment_intent: paid.payment_intent });
    assert.deepEqual(found.data.map((session) => session.id), [made.id]);
    const complete = await stripe.checkout.sessions.list({ status: 'complete', created: { gte: made.created } });
    assert.ok(complete.data.every((session) => session.status === 'complete'));
    const later = await stripe.checkout.sessions.list({ created: { gt: made.created + 60 } });
    assert.equal(later.data.length, 0);
  });

  await check('expansion reaches the latest charge', async () => {
    const made = await stripe.checkout.sessions.create(sale());
    await control(`pay/${made.id}`);
    const expand = ['payment_intent.latest_charge', 'line_items'];
    const paid = await stripe.checkout.sessions.retrieve(made.id, { expand });
    assert.equal(paid.payment_status, 'paid');
    assert.ok(paid.payment_intent !== null && typeof paid.payment_intent === 'object');
    const charge = paid.payment_intent.latest_charge;
    assert.ok(charge !== null && typeof charge === 'object');
    assert.equal(charge.payment_method_details?.card?.last4, '4242');
    assert.equal(charge.metadata['invoice'], 'I1');
    assert.equal(paid.line_items?.data[0]?.amount_total, 125_000);
  });

  await check('refunds, partial and whole', async () => {
    const made = await stripe.checkout.sessions.create(sale());
    await control(`pay/${made.id}`);
    const paid = await stripe.checkout.sessions.retrieve(made.id, { expand: ['payment_intent'] });
    assert.ok(paid.payment_intent !== null && typeof paid.payment_intent === 'object');
    const intent = paid.payment_intent.id;
    await stripe.refunds.create({ payment_intent: intent, amount: 25_000 });
    const rest = await stripe.refunds.create({ payment_intent: intent, expand: ['charge'] });
    assert.equal(rest.amount, 100_000);
    assert.ok(rest.charge !== null && typeof rest.charge === 'object');
    assert.equal(rest.charge.refunded, true);
    const all = await stripe.refunds.list({ payment_intent: intent });
    assert.equal(all.data.length, 2);
  });
}
