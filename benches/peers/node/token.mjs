// The signed token of a pay link: key id, invoice, link, tag.
// It must never be accepted on anything but its tag.
import { createHmac, timingSafeEqual } from 'node:crypto';

const TOKEN = /^[A-Za-z0-9_-]{68}$/;
const CLAIM_BYTES = 33;
const TAG_BYTES = 18;
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const NOBODYS = "nobody's";

/** The keys by number, of `{"current":"1","1":"…"}`. */
export function readKeys(secret) {
  const { current, ...keys } = JSON.parse(secret);
  if (!(current in keys)) throw new Error('link keys: the current key is not there');
  if (Object.values(keys).some((key) => key.length < 32)) throw new Error('link keys: a key is too short');
  return keys;
}

/** The invoice and link that a genuine token names, as ULIDs; otherwise null. */
export function verify(keys, token) {
  const bytes = Buffer.from(token.slice(0, 68).padEnd(68, 'A'), 'base64url');
  const claim = bytes.subarray(0, CLAIM_BYTES);
  const key = keys[claim[0]];
  const given = Buffer.alloc(TAG_BYTES);
  bytes.copy(given, 0, CLAIM_BYTES);
  const tag = createHmac('sha256', key ?? NOBODYS).update(claim).digest().subarray(0, TAG_BYTES);
  if (!timingSafeEqual(tag, given) || !key || !TOKEN.test(token)) return null;
  return { invoice: ulid(claim.subarray(1, 17)), link: ulid(claim.subarray(17, 33)) };
}

/** 16 bytes in Crockford's base 32. */
function ulid(bytes) {
  let value = BigInt(`0x${bytes.toString('hex')}`);
  let text = '';
  for (let place = 0; place < 26; place += 1) {
    text = LETTERS[Number(value & 31n)] + text;
    value >>= 5n;
  }
  return text;
}
