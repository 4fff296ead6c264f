// What the tests know of the running stack, and plain HTTP to it.
// It must never wait without a bound, nor reach anything but loopback.
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { fileURLToPath } from "node:url";

const fallback = fileURLToPath(new URL("../../target/demo.json", import.meta.url));

/** The record that `make demo` or `make test` wrote. */
export const stack = JSON.parse(readFileSync(process.env.PLIXO_STACK ?? fallback, "utf8"));

/** The portal's public base, as it stands in mails. */
export const portal = new URL(stack.portal);

const TIMEOUT_MS = 30_000;

/**
 * One request, without redirects: { status, headers, body }.
 * Node knows no app.localhost, so this connects to loopback and names the host.
 */
export function ask(method, url, { headers = {}, body } = {}) {
  const to = new URL(url, portal);
  return new Promise((resolve, reject) => {
    const options = {
      method, host: "127.0.0.1", port: to.port, path: to.pathname + to.search, timeout: TIMEOUT_MS,
      headers: { host: to.host, accept: "*/*", ...headers },
    };
    const sent = request(options, (answer) => {
      const parts = [];
      answer.on("data", (part) => parts.push(part));
      answer.on("end", () => resolve({
        status: answer.statusCode, headers: answer.headers, body: Buffer.concat(parts),
      }));
    });
    sent.on("timeout", () => sent.destroy(new Error(`${method} ${to.pathname}: no answer in ${TIMEOUT_MS} ms`)));
    sent.on("error", reject);
    sent.end(body);
  });
}

/** Calls `look` until it returns something, for at most `limit_s`; then fails naming `what`. */
export async function until(what, limit_s, look) {
  const end = Date.now() + limit_s * 1000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${limit_s} s`);
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** An operator of a role, of the first tenant unless another is named, with a bearer token. */
export function operator(role, tenant = stack.tenants[0].id) {
  return stack.operators.find((one) => one.role === role && one.tenant === tenant);
}

/** Asks an operator's endpoint in a role: what it answers, or an error if that is no success. */
export async function operate(role, method, path, body, tenant) {
  const headers = { authorization: `Bearer ${operator(role, tenant).token}` };
  if (body) headers["content-type"] = "application/json";
  const answer = await ask(method, `${stack.api}${path}`, { headers, body: body && JSON.stringify(body) });
  if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.body}`);
  return JSON.parse(answer.body);
}
