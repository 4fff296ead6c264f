// Every object in every state it can reach, held against the types of Stripe's package.
// It must never read an object in one state only: nulls hide in the others.

import assert from 'node:assert/strict';
import type Stripe from 'stripe';
import { check } from './check.js';
import { complaints } from './shape.js';
import { client, control, events, sale } from './stand-in.js';
import { eventShapes, type Shapes } from './types.js';

const stripe = client();

interface Paid {
  session: { id: string };
  payment_intent: Stripe.PaymentIntent;
}

function held(shape: keyof Shapes, value: unknown): void {
  // Through JSON, as the client adds `lastResponse` and methods that are not part of the object.
  const found = complaints(shape, JSON.parse(JSON.stringify(value)));
  assert.deepEqual(found, []);
}

async function paidBy(method: 'card' | 'us_bank_account'): Promise<Paid> {
  const made = await stripe.checkout.sessions.create(sale());
  return control<Paid>(`pay/${made.id}`, { method });
}

async function holdSession(id: string): Promise<void> {
  const expand = ['payment_intent.latest_charge', 'line_items'];
  const session = await stripe.checkout.sessions.retrieve(id, { expand });
  held('session', session);
  const intent = session.payment_intent;
  if (intent === null || typeof intent === 'string') return;
  held('intent', intent);
  if (intent.latest_charge !== null) held('charge', intent.latest_charge);
}

/** The group. */
export async function objects(): Promise<void> {
  await check('the shape check itself finds what is missing', async () => {
    const session: Record<string, unknown> = { ...(await stripe.checkout.sessions.create(sale())) };
    delete session['expires_at'];
    session['livemode'] = 'no';
    assert.equal(complaints('session', session).length, 2);
  });

  await check('sessions, open and expired', async () => {
    const made = await stripe.checkout.sessions.create(sale());
    await holdSession(made.id);
    await stripe.checkout.sessions.expire(made.id);
    await holdSession(made.id);
    held('line', (await stripe.checkout.sessions.listLineItems(made.id)).data[0]);
  });

  await check('a session paid by card, with intent and charge', async () => {
    await holdSession((await paidBy('card')).session.id);
  });

  await check('a declined session, with intent and charge', async () => {
    const made = await stripe.checkout.sessions.create(sale());
    await control(`decline/${made.id}`, { code: 'expired_card' });
    await holdSession(made.id);
  });

  await check('ACH processing, settled and failed', async () => {
    for (const end of ['settle', 'fail']) {
      const { session } = await paidBy('us_bank_account');
      await holdSession(session.id);
      await control(`${end}/${session.id}`);
      await holdSession(session.id);
    }
  });

  await check('refunds by card and ACH, pending, done and failed', async () => {
    const card = (await paidBy('card')).payment_intent.id;
    held('refund', await stripe.refunds.create({ payment_intent: card, amount: 100 }));
    const { session, payment_intent: ach } = await paidBy('us_bank_account');
    await control(`settle/${session.id}`);
    for (const end of ['settle', 'fail']) {
      const refund = await stripe.refunds.create({ payment_intent: ach.id, amount: 100 });
      held('refund', refund);
      await control(`refund/${refund.id}/${end}`);
      held('refund', await stripe.refunds.retrieve(refund.id));
    }
  });

  await check('disputes, open, won, lost and by ACH', async () => {
    for (const outcome of ['won', 'lost']) {
      const intent = (await paidBy('card')).payment_intent.id;
      const { dispute } = await control<{ dispute: Stripe.Dispute }>(`dispute/${intent}`);
      held('dispute', await stripe.disputes.retrieve(dispute.id));
      await control(`dispute/${dispute.id}/close`, { outcome });
      held('dispute', await stripe.disputes.retrieve(dispute.id));
    }
    const { session, payment_intent: ach } = await paidBy('us_bank_account');
    await control(`settle/${session.id}`);
    const { dispute } = await control<{ dispute: Stripe.Dispute }>(`dispute/${ach.id}`);
    held('dispute', await stripe.disputes.retrieve(dispute.id));
    assert.equal(dispute.status, 'lost');
  });

  await check('single reads: intent, charge, account', async () => {
    const { payment_intent: intent } = await paidBy('card');
    const read = await stripe.paymentIntents.retrieve(intent.id, { expand: ['latest_charge'] });
    held('intent', read);
    assert.ok(read.latest_charge !== null && typeof read.latest_charge === 'object');
    held('charge', await stripe.charges.retrieve(read.latest_charge.id));
    held('account', await stripe.accounts.retrieveCurrent());
  });

  await check('every type of event', async () => {
    const seen = new Set<string>();
    for (const event of await events()) {
      const shape = eventShapes[event.type];
      assert.ok(shape !== undefined, `no type for ${event.type}`);
      held(shape, JSON.parse(event.raw));
      seen.add(event.type);
    }
    assert.deepEqual([...seen].sort(), Object.keys(eventShapes).sort());
    const listed = await stripe.events.list({ type: 'charge.dispute.closed' });
    assert.equal(listed.data.length, 3);
  });
}
