"""`make token ROLE=...`: a bearer token of the running demo, for curl.

It must never print anything else on its standard output.
"""
import json
import os

from botocore.exceptions import BotoCoreError

from local.aws import client
from local.demo import operator
from local.paths import DEMO_FILE
from local.say import Stop, main
from local.seed import sign_in


def token() -> None:
    """Signs the role's operator in again, since the tokens in the file end after an hour."""
    if not DEMO_FILE.exists():
        raise Stop("no demo is up; start one with `make demo`")
    stack = json.loads(DEMO_FILE.read_text())
    who = operator(stack, os.environ.get("ROLE") or "ar_operator")
    pool = client("cognito-idp", stack["aws_endpoint"])
    try:
        print(sign_in(pool, stack["operator_pool"], stack["operator_client"], who["email"], who["password"]))
    except BotoCoreError:
        raise Stop("the demo of target/demo.json is not up any more; start one with `make demo`") from None


if __name__ == "__main__":
    main(token)
