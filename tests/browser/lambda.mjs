// Runs a scheduled function now instead of at its next tick, by a signed call to the emulator.
// It must never sign with anything but the emulator's own test credentials.
import { createHash, createHmac } from "node:crypto";
import { ask, stack } from "./stack.mjs";

const KEY = "test";
const SECRET = "test";

/** Invokes the function and waits for its end; fails if it failed. */
export async function runNow(name) {
  const url = new URL(`/2015-03-31/functions/${stack.functions[name]}/invocations`, stack.aws_endpoint);
  const body = "{}";
  const answer = await ask("POST", url, { body, headers: signed(url, body) });
  if (answer.status >= 300 || answer.headers["x-amz-function-error"]) {
    throw new Error(`${name} failed: ${answer.status} ${answer.body}`);
  }
}

/** AWS Signature Version 4, for a POST without a query. */
function signed(url, body) {
  const at = new Date().toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = at.slice(0, 8);
  const scope = `${day}/${stack.region}/lambda/aws4_request`;
  const request = `POST\n${url.pathname}\n\nhost:${url.host}\nx-amz-date:${at}\n\nhost;x-amz-date\n${sha256(body)}`;
  const toSign = `AWS4-HMAC-SHA256\n${at}\n${scope}\n${sha256(request)}`;
  const key = [day, stack.region, "lambda", "aws4_request"].reduce(hmac, `AWS4${SECRET}`);
  const signature = hmac(key, toSign).toString("hex");
  return {
    "x-amz-date": at,
    authorization: `AWS4-HMAC-SHA256 Credential=${KEY}/${scope}, SignedHeaders=host;x-amz-date, Signature=${signature}`,
  };
}

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
