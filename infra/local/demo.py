"""`make demo`: the product running on this machine, with invoices due and mail delivered.

It must never end by itself once it is up, nor leave a process behind when it is stopped.
"""
import time

import requests

from local.aws import client
from local.children import Children
from local.paths import DEMO_FILE, INVOICES, ROOT
from local.say import Stop, main, say
from local.up import up

IMPORT_TIMEOUT_S = 60
MAIL_TIMEOUT_S = 120
# Long enough to see "Processing", short enough to wait for "Paid".
STAND_IN_OPTIONS = ["--ach-settle-ms", "20000"]


def demo() -> None:
    """Brings the stack up, imports the sample invoices, waits for the first mail, stays up."""
    with Children() as children:
        stack = up(children, DEMO_FILE, STAND_IN_OPTIONS)
        _import_invoices(stack)
        _wait_for_mail(stack)
        _tell(stack)
        while True:
            children.check()
            time.sleep(1)


def operator(stack: dict, role: str) -> dict:
    """The first tenant's operator of that role."""
    for one in stack["operators"]:
        if one["role"] == role:
            return one
    raise Stop(f"no operator has the role {role}")


def _import_invoices(stack: dict) -> None:
    say(f"importing {INVOICES.relative_to(ROOT)} as an operator would")
    answer = requests.post(
        f"{stack['api']}/invoices/import", data=INVOICES.read_bytes(), timeout=IMPORT_TIMEOUT_S,
        headers={"Authorization": f"Bearer {operator(stack, 'ar_manager')['token']}",
                 "Content-Type": "text/csv; charset=utf-8"})
    if not answer.ok:
        raise Stop(f"the import was answered {answer.status_code}: {answer.text[:200]}")


def _wait_for_mail(stack: dict) -> None:
    say("waiting for the first mail")
    clock = client("lambda", stack["aws_endpoint"])
    until = time.monotonic() + MAIL_TIMEOUT_S
    while time.monotonic() < until:
        # The schedule would do it within a minute; nobody likes to wait for a demo.
        clock.invoke(FunctionName=stack["functions"]["cadence-sender"], Payload=b"{}")
        for _ in range(5):
            if requests.get(stack["inbox_api"], timeout=10).json():
                return
            time.sleep(1)
    raise Stop(f"no mail within {MAIL_TIMEOUT_S} s; see target/logs/emulator.log")


def _tell(stack: dict) -> None:
    say("ready")
    first = [one for one in stack["operators"] if one["tenant"] == stack["operators"][0]["tenant"]]
    width = max(len(one["email"]) for one in first)
    logins = "\n".join(f"    {one['email']:<{width}}  {one['password']}" for one in first)
    print(f"""
  Inbox          {stack['inbox']}   open a mail and follow its link
  Portal         {stack['portal']}
  Console        {stack['portal']}/console
  Stripe         {stack['stripe']}   a stand-in: no real money
  Operator token make token ROLE=ar_operator
  Sign in to the console as any of these, each a role of its own:
{logins}

  All the rest   {DEMO_FILE.relative_to(ROOT)}

Ctrl-C stops everything.""", flush=True)


if __name__ == "__main__":
    main(demo)
