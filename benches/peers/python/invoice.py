"""Items of one invoice's partition, and what its link is good for.

It must never decide by what TTL has deleted; only the clock and the state count.
"""
from datetime import datetime
from typing import Any, NamedTuple

HOUR_S = 3600
LIFE_S = 169 * HOUR_S


class File(NamedTuple):
    invoice: dict
    description: str
    links: list
    payments: list
    cases: list


def invoice_of(items):
    """The invoice with all that is kept of it; None if there is none."""
    invoice, description = None, ""
    links, payments, cases = [], [], []
    for item in items:
        sk = item["sk"]["S"]
        if sk == "1#invoice":
            invoice = _object(item)
        elif sk == "2#description":
            description = item["text"]["S"]
        elif sk.startswith("3#link#"):
            links.append(_object(item))
        elif sk.startswith("4#payment#"):
            payments.append(_object(item))
        elif sk.startswith("5#case#"):
            cases.append(_object(item))
    return File(invoice, description, links, payments, cases) if invoice else None


def readable_link(file, id, now):
    """The link, if its holder may still see the invoice."""
    link = next((one for one in file.links if one["id"] == id), None)
    if link is None or link["state"] == "Replaced":
        return None
    if link["state"] == "Live" and file.invoice["link"] != id:
        return None
    last = datetime.fromisoformat(link["last_active_at"]).timestamp()
    if now >= last + LIFE_S:
        return None
    # Ours would write here. The invoice that is measured was opened within the hour.
    if "opened_at" not in link or now - last >= HOUR_S:
        raise NotImplementedError("not measured: an opening to be noted")
    return link


def _object(item):
    return {name: _value(attribute) for name, attribute in item.items()}


def _value(attribute) -> Any:
    (kind, value), = attribute.items()
    if kind == "N":
        return int(value)
    if kind == "M":
        return _object(value)
    if kind == "L":
        return [_value(one) for one in value]
    return None if kind == "NULL" else value
