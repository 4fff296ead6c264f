// GET /p/{token} in JavaScript: load, check the link, show the invoice.
// It must never do less than ours for the invoice that is measured; for any other it gives up.
import { Agent } from 'node:https';

import { DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { NodeHttpHandler } from '@smithy/node-http-handler';

import { invoiceOf, readableLink } from './invoice.mjs';
import { page, plain } from './page.mjs';
import { readKeys, verify } from './token.mjs';

const { TABLE, LINK_KEYS_SECRET, CHECKOUT_ORIGIN, AWS_REGION } = process.env;

// Everything that can be done before the first request is done at load, which has a whole core.
const settings = () => ({
  region: AWS_REGION,
  maxAttempts: 3,
  requestHandler: new NodeHttpHandler({
    connectionTimeout: 1000,
    requestTimeout: 3000,
    httpsAgent: new Agent({ keepAlive: true }),
  }),
});
const table = new DynamoDBClient(settings());
const secrets = new SecretsManagerClient(settings());
const [keys] = await Promise.all([linkKeys(), connect()]);

export async function handler(event, context) {
  const reply = await view(event);
  console.info({ route: 'portal-view', status: reply.statusCode, round_trips: reply.read ? 1 : 0, read_units: reply.read ?? 0, write_units: 0, message: 'answered' });
  delete reply.read;
  return reply;
}

async function view(event) {
  const token = event.pathParameters?.token ?? '';
  const claim = verify(keys, token);
  if (!claim) return plain(404, 'This link does not work.');
  const found = await query(`INVOICE#${claim.invoice}`);
  const read = found.ConsumedCapacity?.CapacityUnits ?? 0;
  const file = invoiceOf(found.Items);
  if (!file) return { ...plain(404, 'This link does not work.'), read };
  const now = Date.now();
  const link = readableLink(file, claim.link, now);
  if (!link) return { ...plain(410, 'This link has expired.'), read };
  return { ...page(file, link, token, now, CHECKOUT_ORIGIN ?? 'https://checkout.stripe.com'), read };
}

async function linkKeys() {
  const found = await secrets.send(new GetSecretValueCommand({ SecretId: LINK_KEYS_SECRET }));
  return readKeys(found.SecretString);
}

function query(partition) {
  return table.send(new QueryCommand({
    TableName: TABLE,
    KeyConditionExpression: 'pk = :pk AND sk < :end',
    ExpressionAttributeValues: { ':pk': { S: partition }, ':end': { S: '6' } },
    ConsistentRead: true,
    ReturnConsumedCapacity: 'TOTAL',
  }));
}

/** Opens the connection with the query of a request; a failure is left to that request. */
async function connect() {
  await query('CONNECT').catch(() => {});
}
