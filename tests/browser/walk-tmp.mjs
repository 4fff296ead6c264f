import { chromium } from "playwright-core";
import fs from "node:fs";
const stack = JSON.parse(fs.readFileSync("/tmp/x/wt-int/target/demo.json"));
const who = stack.operators.find(o => o.role === "admin" && o.tenant==="northwind");
const dir = fs.mkdtempSync("/tmp/x/chrw-");
const b = await chromium.launchPersistentContext(dir, { executablePath: "/usr/bin/chromium", headless: true, viewport: {width: 1280, height: 900}, args: ["--no-sandbox","--disable-gpu","--disable-background-networking","--disable-component-update","--disable-sync"]});
const p = await b.newPage();
p.on("console", m => console.log("console:", m.text()));
const shot = async n => { await p.screenshot({ path: `/tmp/x/shots5/${n}.png`, fullPage: true }); console.log(n, p.url()); };
fs.mkdirSync("/tmp/x/shots5", { recursive: true });
await p.goto(stack.portal + "/console"); await shot("login");
await p.fill("input[name=username]", who.email); await p.fill("input[name=password]", who.password);
await p.click("button, input[type=submit]"); await p.waitForTimeout(3000); await shot("after");
for (const [n, path] of [["invoices","invoices"],["plans","plans"],["disputes","disputes"],["imports","imports"],["settings","settings"],["audit","audit"],["notices","notices"]]) {
  const r = await p.goto(stack.portal + "/console/" + path); console.log(n, r.status()); await shot(n);
}
await p.goto(stack.portal + "/console/invoices");
const href = await p.getAttribute("main a[href*='/invoices/']", "href").catch(e => console.log("no link", e.message));
if (href) { const r = await p.goto(new URL(href, p.url()).href); console.log("invoice", r.status()); await shot("invoice"); }
await b.close();
