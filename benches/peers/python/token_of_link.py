"""The signed token of a pay link: key id, invoice, link, tag.

It must never be accepted on anything but its tag.
"""
import base64
import hmac
import json
import re
from typing import NamedTuple

TOKEN = re.compile(r"[A-Za-z0-9_-]{68}")
CLAIM_BYTES = 33
TAG_BYTES = 18
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NOBODYS = b"nobody's"


class Claim(NamedTuple):
    invoice: str
    link: str


def read_keys(secret):
    """The keys by number, of `{"current":"1","1":"…"}`."""
    keys = json.loads(secret)
    current = keys.pop("current")
    if current not in keys:
        raise ValueError("link keys: the current key is not there")
    if any(len(key) < 32 for key in keys.values()):
        raise ValueError("link keys: a key is too short")
    return {int(number): key.encode() for number, key in keys.items()}


def verify(keys, token):
    """The invoice and link that a genuine token names; otherwise None."""
    whole = TOKEN.fullmatch(token) is not None
    raw = base64.urlsafe_b64decode(token if whole else "A" * 68)
    claim, given = raw[:CLAIM_BYTES], raw[CLAIM_BYTES:]
    key = keys.get(claim[0])
    tag = hmac.digest(key or NOBODYS, claim, "sha256")[:TAG_BYTES]
    if not hmac.compare_digest(tag, given) or key is None or not whole:
        return None
    return Claim(_ulid(claim[1:17]), _ulid(claim[17:33]))


def _ulid(raw):
    """16 bytes in Crockford's base 32."""
    value = int.from_bytes(raw, "big")
    return "".join(LETTERS[value >> shift & 31] for shift in range(125, -1, -5))
