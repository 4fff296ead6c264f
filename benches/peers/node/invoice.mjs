// Items of one invoice's partition, and what its link is good for.
// It must never decide by what TTL has deleted; only the clock and the state count.
const HOUR_MS = 3_600_000;
const LIFE_MS = 169 * HOUR_MS;

/** The invoice with all that is kept of it; null if there is none. */
export function invoiceOf(items = []) {
  const file = { invoice: null, description: '', links: [], payments: [], cases: [] };
  for (const item of items) {
    const sk = item.sk.S;
    if (sk === '1#invoice') file.invoice = object(item);
    else if (sk === '2#description') file.description = item.text.S;
    else if (sk.startsWith('3#link#')) file.links.push(object(item));
    else if (sk.startsWith('4#payment#')) file.payments.push(object(item));
    else if (sk.startsWith('5#case#')) file.cases.push(object(item));
  }
  return file.invoice && file;
}

/** The link, if its holder may still see the invoice. */
export function readableLink(file, id, now) {
  const link = file.links.find((one) => one.id === id);
  if (!link || link.state === 'Replaced') return null;
  if (link.state === 'Live' && file.invoice.link !== id) return null;
  const last = Date.parse(link.last_active_at);
  if (now >= last + LIFE_MS) return null;
  // Ours would write here. The invoice that is measured was opened within the hour.
  if (!link.opened_at || now - last >= HOUR_MS) throw new Error('not measured: an opening to be noted');
  return link;
}

function object(item) {
  const values = {};
  for (const name in item) values[name] = value(item[name]);
  return values;
}

function value(attribute) {
  if (attribute.S !== undefined) return attribute.S;
  if (attribute.N !== undefined) return Number(attribute.N);
  if (attribute.BOOL !== undefined) return attribute.BOOL;
  if (attribute.M !== undefined) return object(attribute.M);
  if (attribute.L !== undefined) return attribute.L.map(value);
  return null;
}
