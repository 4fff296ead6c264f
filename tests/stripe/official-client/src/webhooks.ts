// Signatures both ways: the client accepts the stand-in's deliveries, and both sign alike.
// It must never verify anything but the raw bytes that arrived.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { check } from './check.js';
import { account, client, control, sale } from './stand-in.js';

const secret = 'whsec_official_client';
const rolled = 'whsec_before_the_roll';

interface Delivery {
  header: string;
  body: Buffer;
}

/** Listens until so many deliveries arrived, answering the first with 500. */
async function receive(count: number, during: (address: string) => Promise<void>): Promise<Delivery[]> {
  const arrived: Delivery[] = [];
  let finish: () => void = () => undefined;
  const enough = new Promise<void>((resolve) => (finish = resolve));
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      arrived.push({ header: String(request.headers['stripe-signature']), body: Buffer.concat(parts) });
      response.writeHead(arrived.length === 1 ? 500 : 200).end();
      if (arrived.length >= count) finish();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await during(`http://127.0.0.1:${port}/hook`);
  const late = setTimeout(finish, 5_000);
  await enough;
  clearTimeout(late);
  server.closeAllConnections();
  server.close();
  return arrived;
}

/** The group. */
export async function webhooks(): Promise<void> {
  const stripe = client();

  await check('the client accepts every delivery, retried ones too', async () => {
    const arrived = await receive(4, async (url) => {
      await control('webhooks', {
        account, endpoints: [{ url, secret }], rolled_secrets: [rolled], retry_ms: [20, 20],
      });
      const made = await stripe.checkout.sessions.create(sale());
      await control(`pay/${made.id}`);
    });
    await control('webhooks', { account, endpoints: [], rolled_secrets: [] });
    assert.equal(arrived.length, 4);
    for (const { header, body } of arrived) {
      for (const key of [secret, rolled]) {
        const event = stripe.webhooks.constructEvent(body, header, key);
        assert.equal(event.account, account);
      }
      assert.throws(() => stripe.webhooks.constructEvent(body, header, 'whsec_wrong'));
      const altered = Buffer.concat([body, Buffer.from(' ')]);
      assert.throws(() => stripe.webhooks.constructEvent(altered, header, secret));
    }
  });

  await check('both sign alike', async () => {
    const payload = '{\n  "id": "evt_1",\n  "note": "€ and \\u0000"\n}';
    const timestamp = 1_700_000_000;
    for (const scheme of ['v1', 'v0']) {
      const own = stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp, scheme });
      const asked = { payload, secret, timestamp, scheme };
      const { header } = await control<{ header: string }>('sign', asked);
      assert.equal(header, own);
    }
  });
}
