// The running stand-in: Stripe's own client pointed at it, and its controls.
// It must never be pointed at the real Stripe: the host comes from STRIPE_STAND_IN alone.

import Stripe from 'stripe';
import { randomUUID } from 'node:crypto';

const address = process.env['STRIPE_STAND_IN'];
if (address === undefined) {
  throw new Error('set STRIPE_STAND_IN to the address of a running stand-in');
}
const url = new URL(address);
if (url.hostname !== '127.0.0.1' && url.hostname !== 'localhost') {
  throw new Error('STRIPE_STAND_IN must be on this machine');
}

/** An account of this run alone. */
export const account = newAccount();

/** An account that nobody has used. */
export function newAccount(): string {
  return `acct_${randomUUID().replaceAll('-', '')}`;
}

/** A client for one connected account. */
export function client(stripeAccount: string = account, apiKey = 'sk_test_official'): Stripe {
  return new Stripe(apiKey, {
    host: url.hostname,
    port: url.port,
    protocol: 'http',
    stripeAccount,
    maxNetworkRetries: 0,
    telemetry: false,
  });
}

/** One of the stand-in's controls; throws unless it worked. */
export async function control<T>(path: string, body: unknown = {}): Promise<T> {
  const answer = await fetch(new URL(`/_control/${path}`, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** An event as the stand-in recorded it. */
export interface Recorded {
  id: string;
  type: string;
  raw: string;
}

/** The events of this run's account, oldest first. */
export async function events(): Promise<Recorded[]> {
  const answer = await fetch(new URL(`/_control/events?account=${account}`, url));
  return ((await answer.json()) as { events: Recorded[] }).events;
}

/** The parameters of a plain session. */
export function sale(amount = 125_000): Stripe.Checkout.SessionCreateParams {
  return {
    mode: 'payment',
    allowed_payment_method_types: ['card', 'us_bank_account'],
    line_items: [
      {
        quantity: 1,
        price_data: { currency: 'usd', unit_amount: amount, product_data: { name: 'Invoice 1' } },
      },
    ],
    success_url: 'http://seller.test/back?s={CHECKOUT_SESSION_ID}',
    cancel_url: 'http://seller.test/no',
    client_reference_id: 'attempt-1',
    customer_email: 'payer@example.test',
    metadata: { invoice: 'I1' },
    payment_intent_data: { metadata: { invoice: 'I1' }, description: 'Invoice 1' },
  };
}
