"""The four servers of the local stack and the ports they listen on, loopback only.

It must never build, deploy or seed: it only starts and waits.
"""
import os
import shutil
from dataclasses import dataclass

from local.aws import REGION
from local.children import Children, choose_port
from local.paths import BINARIES, INBOX, STACK, VENV

START_TIMEOUT_S = 30
DOMAIN = "app.localhost"  # browsers resolve it to loopback by themselves
WEBHOOK_SECRET = "whsec_local_stand_in_0123456789abcdef"
STAND_IN_KEY = "sk_test_local_stand_in"


@dataclass(frozen=True)
class Ports:
    """Chosen before anything starts, since the servers must know each other's."""

    aws: int
    inbox: int
    smtp: int
    stripe: int

    @property
    def endpoint(self) -> str:
        """Where every AWS API of the emulator listens."""
        return f"http://127.0.0.1:{self.aws}"

    @property
    def portal(self) -> str:
        """The base of payer links."""
        return f"http://{DOMAIN}:{self.aws}"

    @property
    def inbox_url(self) -> str:
        """The mailbox of everyone."""
        return f"http://127.0.0.1:{self.inbox}"

    @property
    def stripe_url(self) -> str:
        """The stand-in for Stripe's API and hosted pages."""
        return f"http://127.0.0.1:{self.stripe}"


def choose_ports() -> Ports:
    """PORT, INBOX_PORT, SMTP_PORT and STRIPE_PORT if set, free ones otherwise."""
    names = ("PORT", "INBOX_PORT", "SMTP_PORT", "STRIPE_PORT")
    return Ports(*(choose_port(os.environ.get(name), name) for name in names))


def start_emulator(children: Children, ports: Ports) -> None:
    """AWS, with fresh state: its own persistence loses stream records."""
    scratch = STACK / "tmp"
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    # Nothing else of our environment: the functions inherit this one, and must not find there
    # what Lambda would not give them. AWS_ENDPOINT_URL is how their SDK finds the emulator.
    children.start("emulator", [str(VENV / "bin" / "ministack")], {
        "PATH": os.environ["PATH"],
        "GATEWAY_PORT": str(ports.aws),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        # Policies count: each function acts as its own role, and what that may not do fails here.
        "AUTH": "true",
        "AWS_ENDPOINT_URL": ports.endpoint,
        "MINISTACK_REGION": REGION,
        "SMTP_HOST": f"127.0.0.1:{ports.smtp}",
        "TMPDIR": str(scratch),
    })
    children.wait_for_port("emulator", ports.aws, START_TIMEOUT_S)


def start_inbox(children: Children, ports: Ports) -> None:
    """Takes all mail and shows it, in the browser and as JSON at /email."""
    children.start("inbox", [
        "node", str(INBOX / "node_modules" / "maildev" / "bin" / "maildev"),
        "--ip", "127.0.0.1", "--smtp", str(ports.smtp),
        "--web-ip", "127.0.0.1", "--web", str(ports.inbox),
        "--mail-directory", str(STACK / "tmp" / "mail"),
    ], {"PATH": os.environ["PATH"]})
    children.wait_for_port("inbox", ports.smtp, START_TIMEOUT_S)
    children.wait_for_port("inbox", ports.inbox, START_TIMEOUT_S)


def start_stripe(children: Children, ports: Ports, webhook_url: str, accounts: list[str],
                 options: list[str]) -> None:
    """The stand-in for the stack; its events go to `webhook_url`, so it starts after the deploy."""
    options = ["--webhook-url", webhook_url, "--webhook-secret", WEBHOOK_SECRET,
               "--secret-key", STAND_IN_KEY, *options]
    for account in accounts:
        options += ["--account", account]
    start_stand_in(children, "stripe", ports.stripe, options)


def start_stand_in(children: Children, name: str, port: int, options: list[str]) -> None:
    """One stand-in for Stripe, on that port."""
    argv = [str(BINARIES / "stripe-stand-in"), "--port", str(port), *options]
    children.start(name, argv, {"PATH": os.environ["PATH"]})
    children.wait_for_port(name, port, START_TIMEOUT_S)
