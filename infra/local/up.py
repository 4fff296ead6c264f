"""The whole local stack, from nothing to ready: what demo and test have in common.

It must never decide how long it stays up; the caller's `with Children()` does.
"""
import json
import os
from pathlib import Path

from local.aws import REGION, client
from local.build import build, functions
from local.children import Children
from local.deploy import STACK_NAME, deploy
from local.say import Stop, say
from local.scanner import start_scanner
from local.seed import seed, stripe_accounts, tenants
from local.stack import (STAND_IN_KEY, WEBHOOK_SECRET, Ports, choose_ports, start_emulator, start_inbox,
                         start_stripe)


def up(children: Children, record: Path, stand_in_options: list[str], with_tests: bool = False) -> dict:
    """Builds, starts, deploys and seeds; writes what a client needs to `record` and returns it."""
    ports = choose_ports()
    build(with_tests)
    say("starting the emulator and the inbox")
    start_emulator(children, ports)
    start_inbox(children, ports)
    outputs = deploy(ports)
    start_scanner(children, ports, outputs["Bucket"])
    # The API's own path at the emulator: no resolver outside a browser knows app.localhost.
    direct = f"{ports.endpoint}/_aws/execute-api/{outputs['ApiId']}/{outputs['Stage']}"
    if "STRIPE_SECRET_KEY" in os.environ:
        _use_real_stripe(ports)
    else:
        start_stripe(children, ports, f"{direct}/webhooks/stripe", stripe_accounts(), stand_in_options)
    stack = _describe(ports, outputs, direct)
    stack["operators"] = seed(ports, outputs)
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(stack, indent=2, ensure_ascii=False) + "\n")
    return stack


def _use_real_stripe(ports: Ports) -> None:
    # By API and not as a parameter of `sam deploy`: command lines can be read by everyone here.
    key, webhook = os.environ["STRIPE_SECRET_KEY"], os.environ.get("STRIPE_WEBHOOK_SECRET")
    if not webhook or "STRIPE_ACCOUNT" not in os.environ:
        raise Stop("with STRIPE_SECRET_KEY, set STRIPE_WEBHOOK_SECRET (from `stripe listen`) and STRIPE_ACCOUNT too")
    if not key.startswith(("sk_test_", "rk_test_")):
        raise Stop("STRIPE_SECRET_KEY is not a test key; the demo takes no real money")
    vault = client("secretsmanager", ports.endpoint)
    resources = client("cloudformation", ports.endpoint)
    for name, value in (("StripeKey", key), ("WebhookSecret", webhook)):
        found = resources.describe_stack_resource(StackName=STACK_NAME, LogicalResourceId=name)
        vault.put_secret_value(
            SecretId=found["StackResourceDetail"]["PhysicalResourceId"], SecretString=value)


def _describe(ports: Ports, outputs: dict[str, str], direct: str) -> dict:
    return {
        "portal": ports.portal,
        "api": direct,
        "inbox": ports.inbox_url,
        "inbox_api": f"{ports.inbox_url}/email",
        "stripe": ports.stripe_url,
        "stripe_key": STAND_IN_KEY,
        "stripe_webhook_secret": WEBHOOK_SECRET,
        "stripe_webhook_url": f"{direct}/webhooks/stripe",
        "aws_endpoint": ports.endpoint,
        "region": REGION,
        "stack_name": STACK_NAME,
        "table": outputs["Table"],
        "bucket": outputs["Bucket"],
        "bus": outputs["Bus"],
        "mail_queue": outputs["MailQueueUrl"],
        "mail_dead_letters": outputs["MailDeadLettersUrl"],
        "receipt_queue": outputs["ReceiptQueueUrl"],
        "receipt_dead_letters": outputs["ReceiptDeadLettersUrl"],
        "plan_queue": outputs["PlanQueueUrl"],
        "plan_dead_letters": outputs["PlanDeadLettersUrl"],
        "dispute_queue": outputs["DisputeQueueUrl"],
        "dispute_dead_letters": outputs["DisputeDeadLettersUrl"],
        "link_keys_secret": outputs["LinkKeysSecret"],
        "operator_pool": outputs["OperatorPoolId"],
        "operator_client": outputs["OperatorClientId"],
        "log_group": outputs["LogGroup"],
        "functions": {binary: f"{STACK_NAME}-{binary}" for binary in functions()},
        "tenants": tenants(),
    }
