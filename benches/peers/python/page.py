"""The page of an invoice that is due, as ours writes it.

It must never write a text of somebody's unescaped.
"""
import base64
import hashlib
import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

# Packed beside this file by infra/local/bench.py.
SHEET = (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
COMPACT = "".join(line.strip() for line in SHEET.splitlines() if not line.strip().startswith("/*"))
INDIGO = "#4f46e5"
COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
MAILABLE = re.compile(r"[A-Za-z0-9@.\-_+]*@[A-Za-z0-9@.\-_+]*")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")
ESCAPED = str.maketrans({"<": "&#60;", ">": "&#62;", "&": "&#38;", '"': "&#34;", "'": "&#39;"})
# Stripe takes 0.50 to 999,999.99 USD.
STRIPE_MIN, STRIPE_MAX = 50, 99_999_999
LINES_WHOLE_MAX = 8


def page(file, link, token, now, checkout_origin):
    """The answer for a live link of an invoice that is due; other states are not measured."""
    invoice, balance = file.invoice, file.invoice["balance"]
    due = invoice["status"] == "Open" and link["state"] == "Live" and not file.cases and not file.payments
    payable = balance["currency"] == "USD" and STRIPE_MIN <= balance["minor"] <= STRIPE_MAX
    lines = file.description.splitlines()
    if not due or not payable or len(lines) > LINES_WHOLE_MAX:
        raise NotImplementedError("not measured: another state")
    colour = invoice["seller"]["brand_colour"]
    sheet = f"{COMPACT}:root{{--brand:{colour if COLOUR.fullmatch(colour) else INDIGO}}}"
    style_hash = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    return _reply(200, _write(invoice, lines, token, now, sheet), style_hash, f" {checkout_origin}")


def plain(status, words):
    """A page that knows no invoice; shorter than ours, and not measured."""
    return _reply(status, f'<!doctype html><html lang="en"><title>Plixo</title><p>{words}</p></html>', "", "")


def _write(invoice, lines, token, now, sheet):
    seller = invoice["seller"]
    name, number, contact = _escape(seller["name"]), _escape(invoice["number"]), seller["contact"]
    amount, due = _money(invoice["balance"]["minor"]), _date(invoice["due_date"])
    late = _days_overdue(invoice["due_date"], seller["zone"], now)
    overdue = f" <b>{late} {'day' if late == 1 else 'days'} overdue</b>" if late else ""
    by_bank, and_bank = (" or US bank account (ACH)", " and bank") if seller["country"] == "US" else ("", "")
    mail = _escape(contact)
    address = f'<a href="mailto:{mail}">{mail}</a>' if MAILABLE.fullmatch(contact) else f"<bdi>{mail}</bdi>"
    ask = f"before you pay: {address}" if contact else "before you pay, through a contact you already know."
    listed = "".join(f"<li>{_escape(line)}</li>" for line in lines)
    what = f'''<section>
<h2>What it is for</h2>
<ul class="lines">{listed}</ul>
</section>
''' if lines else ""
    return f'''<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<title>Invoice {number} from {name}: {amount} due {due}</title>
<style>{sheet}</style>
</head>
<body class="wide" data-state="due" data-notice="none">
<header><bdi>{name}</bdi></header>
<main>
<div class="side">
<div class="invoice">
<h1>Invoice <bdi>{number}</bdi></h1>
<p class="label">Amount due</p>
<p class="amount{' long' if len(amount) > 14 else ''}">{amount} <small>USD</small></p>
<p class="due">Due {due}{overdue}</p>
</div>
<div>
<form method="post" action="{token}/pay"><button class="go" id="pay">Pay {amount} USD</button></form>
<ul class="note">
<li>You pay on Stripe’s secure page, by card{by_bank}.</li>
<li><bdi>{name}</bdi> receives the money directly; card{and_bank} details never reach us.</li>
<li>Your receipt comes by email, and you can download it here.</li>
</ul>
</div>
<section>
<h2>Can’t pay it all now? Something wrong?</h2>
<ul class="lines">
<li><a id="plan" href="{token}/plan">Propose a payment plan</a></li>
<li><a id="promise" href="{token}/promise">Promise a date</a></li>
<li><a id="dispute" href="{token}/dispute">Dispute this invoice</a></li>
</ul>
</section>
</div>
<div class="side">
<dl>
<div><dt>Billed to</dt><dd><bdi>{_escape(invoice["customer"])}</bdi></dd></div>
</dl>
{what}<section>
<h2>Questions, or not expecting this?</h2>
<p>Ask <bdi>{name}</bdi> {ask}</p>
</section>
</div>
</main>
<footer>Plixo shows this invoice for <bdi>{name}</bdi>. This link opens nothing else; share it only with people who may see it.</footer>
</body>
</html>'''


def _reply(status, body, style_hash, form_targets):
    return {
        "statusCode": status,
        "headers": {
            "content-security-policy": "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
                                       f"style-src 'sha256-{style_hash}'; form-action 'self'{form_targets}",
            "strict-transport-security": "max-age=63072000; includeSubDomains",
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "no-referrer",
            "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=()",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "x-robots-tag": "noindex, nofollow",
            "cache-control": "no-store",
            "content-type": "text/html; charset=utf-8",
        },
        "body": body,
    }


def _money(minor):
    return f"${minor // 100:,}.{minor % 100:02}"


def _date(text):
    year, month, day = text.split("-")
    return f"{int(day)} {MONTHS[int(month) - 1]} {year}"


def _days_overdue(due, zone, now):
    """Days past the due date on the seller's calendar; 0 if there are none."""
    today = datetime.fromtimestamp(now, ZoneInfo(zone)).date()
    return max(0, (today - date.fromisoformat(due)).days)


def _escape(text):
    return text.translate(ESCAPED)
