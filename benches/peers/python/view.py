"""GET /p/{token} in Python: load, check the link, show the invoice.

It must never do less than ours for the invoice that is measured; for any other it gives up.
"""
import logging
import os
import time

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

import token_of_link
from invoice import invoice_of, readable_link
from page import page, plain

log = logging.getLogger()
log.setLevel(logging.INFO)
# It tells at this level where it found what Lambda always gives.
logging.getLogger("botocore").setLevel(logging.WARNING)
# Everything that can be done before the first request is done at load, which has a whole core.
TABLE = os.environ["TABLE"]
CHECKOUT_ORIGIN = os.environ.get("CHECKOUT_ORIGIN", "https://checkout.stripe.com")
SETTINGS = Config(connect_timeout=1, read_timeout=3, retries={"mode": "standard", "total_max_attempts": 3})
table = boto3.client("dynamodb", config=SETTINGS)
KEYS = token_of_link.read_keys(
    boto3.client("secretsmanager", config=SETTINGS)
    .get_secret_value(SecretId=os.environ["LINK_KEYS_SECRET"])["SecretString"])


def query(partition):
    return table.query(
        TableName=TABLE,
        KeyConditionExpression="pk = :pk AND sk < :end",
        ExpressionAttributeValues={":pk": {"S": partition}, ":end": {"S": "6"}},
        ConsistentRead=True,
        ReturnConsumedCapacity="TOTAL")


try:
    # Opens the connection with the query of a request; a failure is left to that request.
    query("CONNECT")
except (BotoCoreError, ClientError):
    pass


def handler(event, context):
    reply, read = view(event)
    log.info("answered", extra={
        "route": "portal-view", "status": reply["statusCode"], "round_trips": 1 if read else 0,
        "read_units": read, "write_units": 0})
    return reply


def view(event):
    token = (event.get("pathParameters") or {}).get("token", "")
    claim = token_of_link.verify(KEYS, token)
    if claim is None:
        return plain(404, "This link does not work."), 0
    found = query(f"INVOICE#{claim.invoice}")
    read = found.get("ConsumedCapacity", {}).get("CapacityUnits", 0)
    file = invoice_of(found["Items"])
    if file is None:
        return plain(404, "This link does not work."), read
    now = time.time()
    link = readable_link(file, claim.link, now)
    if link is None:
        return plain(410, "This link has expired."), read
    return page(file, link, token, now, CHECKOUT_ORIGIN), read
