// Events asked of the API: by type and time, page after page, one by one, refused.
// It must never count on a webhook: none is configured for its account.

import assert from 'node:assert/strict';
import Stripe from 'stripe';
import { check } from './check.js';
import { refused } from './errors.js';
import { complaints } from './shape.js';
import { client, control, newAccount, sale } from './stand-in.js';
import { eventShapes } from './types.js';

const seller = { stripeAccount: newAccount() };
const SALES = 40;
const EVENTS_OF_A_SALE = 3;

/** The group. */
export async function listedEvents(): Promise<void> {
  const stripe = client();
  const { errors: kinds } = Stripe;
  const ids: string[] = [];

  await check('events of another account, by types and time, newest first', async () => {
    const since = Math.floor(Date.now() / 1000) - 1;
    for (let count = 0; count < SALES; count += 1) {
      const made = await stripe.checkout.sessions.create(sale(), seller);
      await control(`pay/${made.id}`);
      ids.unshift(made.id);
    }
    const types = ['checkout.session.completed', 'checkout.session.async_payment_succeeded'];
    const found = await stripe.events.list({ types, created: { gte: since }, limit: 100 }, seller);
    assert.deepEqual(found.data.map((event) => (event.data.object as { id: string }).id), ids);
    assert.equal(found.has_more, false);
    const later = Math.floor(Date.now() / 1000) + 60;
    assert.deepEqual((await stripe.events.list({ types, created: { gt: later } }, seller)).data, []);
    assert.equal((await stripe.events.list({ type: 'charge.*', limit: 100 }, seller)).data.length, SALES);
  });

  await check('the client walks over all pages, both ways', async () => {
    const all: Stripe.Event[] = [];
    for await (const event of stripe.events.list({ limit: 100 }, seller)) all.push(event);
    assert.equal(new Set(all.map((event) => event.id)).size, SALES * EVENTS_OF_A_SALE);
    const oldest = all.at(-1);
    assert.ok(oldest !== undefined);
    const back: string[] = [];
    for await (const event of stripe.events.list({ ending_before: oldest.id }, seller)) back.push(event.id);
    assert.deepEqual(back, all.slice(0, -1).map((event) => event.id).reverse());
  });

  await check('a listed event is of its type and the one retrieved', async () => {
    const { data } = await stripe.events.list({ limit: EVENTS_OF_A_SALE }, seller);
    assert.equal(data.length, EVENTS_OF_A_SALE);
    for (const event of data) {
      const shape = eventShapes[event.type];
      assert.ok(shape !== undefined, `no type for ${event.type}`);
      assert.deepEqual(complaints(shape, JSON.parse(JSON.stringify(event))), []);
      const read = await stripe.events.retrieve(event.id, {}, seller);
      assert.equal(JSON.stringify(read), JSON.stringify(event));
    }
  });

  await check('what cannot be listed is refused', async () => {
    const wrong: Stripe.EventListParams[] = [
      { type: 'charge.failed', types: ['charge.failed'] },
      { types: Array<string>(21).fill('charge.failed') },
      { limit: 101 },
    ];
    const codes = [undefined, undefined, 'parameter_invalid_integer'];
    for (const [index, params] of wrong.entries()) {
      await refused(kinds.StripeInvalidRequestError, codes[index], () => stripe.events.list(params, seller));
    }
    const { data } = await stripe.events.list({ limit: 1 }, seller);
    const id = data[0]?.id ?? '';
    await refused(kinds.StripeInvalidRequestError, 'resource_missing', () => stripe.events.retrieve(id));
  });
}
