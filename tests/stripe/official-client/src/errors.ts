// Each refusal arrives as the class the official client promises for it.
// It must never accept a bare StripeError where a narrower class exists.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';
import { check } from './check.js';
import { account, client, control, sale } from './stand-in.js';

type Kind = abstract new (...parameters: never[]) => Stripe.errors.StripeError;

/** Fails unless `run` is refused with this class and code. */
export async function refused(kind: Kind, code: string | undefined, run: () => Promise<unknown>): Promise<void> {
  const error: unknown = await run().then(
    () => assert.fail('was accepted'),
    (caught: unknown) => caught,
  );
  assert.ok(error instanceof kind, `is ${error instanceof Error ? `${error.name}: ${error.message}` : 'no error'}`);
  assert.equal(error.code, code);
}

/** The group. */
export async function errors(): Promise<void> {
  const stripe = client();
  const { errors: kinds } = Stripe;
  const create = (fields: object, options: Stripe.RequestOptions = {}) =>
    stripe.checkout.sessions.create({ ...sale(), ...fields }, options);

  await check('a wrong key is an authentication error', () =>
    refused(kinds.StripeAuthenticationError, undefined, () => client(account, 'wrong').accounts.retrieveCurrent()));

  await check('another account finds nothing', async () => {
    const made = await create({});
    const other = client('acct_other');
    await refused(kinds.StripeInvalidRequestError, 'resource_missing', () => other.checkout.sessions.retrieve(made.id));
  });

  await check('an account without access is a permission error', async () => {
    await control('accounts', { id: 'acct_gone', refused: true });
    await refused(kinds.StripePermissionError, 'account_invalid', () => client('acct_gone').checkout.sessions.list());
  });

  await check('an unknown parameter is refused by name', () =>
    refused(kinds.StripeInvalidRequestError, 'parameter_unknown', () => create({ nonsense: 'x' })));

  await check('too small an amount is refused', () =>
    refused(kinds.StripeInvalidRequestError, 'amount_too_small', () =>
      stripe.checkout.sessions.create(sale(49))));

  await check('a time too near is refused', () =>
    refused(kinds.StripeInvalidRequestError, undefined, () =>
      create({ expires_at: Math.floor(Date.now() / 1000) + 60 })));

  await check('one key with other parameters is an idempotency error', async () => {
    const options = { idempotencyKey: randomUUID() };
    await create({}, options);
    await refused(kinds.StripeIdempotencyError, undefined, () => create({ client_reference_id: 'other' }, options));
  });

  await check('429 is a rate limit error', async () => {
    await fault('rate_limit');
    await refused(kinds.StripeRateLimitError, 'rate_limit', () => create({}));
  });

  await check('500 is an API error, kept under its key', async () => {
    await fault('error_after_commit');
    const options = { idempotencyKey: randomUUID() };
    for (const _ of [1, 2]) await refused(kinds.StripeAPIError, undefined, () => create({}, options));
  });

  await check('a cut connection is a connection error', async () => {
    // Twice, because the client itself tries once more after a reset, whatever its settings.
    await fault('drop_after_commit', 2);
    const options = { idempotencyKey: randomUUID() };
    await refused(kinds.StripeConnectionError, undefined, () => create({}, options));
    assert.equal((await create({}, options)).status, 'open');
  });

  await check('expiring twice is refused', async () => {
    const made = await create({});
    await stripe.checkout.sessions.expire(made.id);
    await refused(kinds.StripeInvalidRequestError, undefined, () => stripe.checkout.sessions.expire(made.id));
  });

  await check('refunding too much is refused', async () => {
    const made = await create({});
    await control(`pay/${made.id}`);
    const paid = await stripe.checkout.sessions.retrieve(made.id);
    assert.ok(typeof paid.payment_intent === 'string');
    const asked = { payment_intent: paid.payment_intent, amount: 125_001 };
    await refused(kinds.StripeInvalidRequestError, undefined, () => stripe.refunds.create(asked));
  });
}

async function fault(kind: string, count = 1): Promise<void> {
  await control('faults', { account, operation: 'checkout.sessions.create', kind, count });
}
