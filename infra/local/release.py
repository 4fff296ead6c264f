"""Builds binaries as they are deployed, and what they are measured against.

It must never build all of them: each is linked whole, which takes a minute.
"""
import re
import subprocess

from local.children import log_of
from local.paths import LOGS, ROOT
from local.say import Stop

BUILD_TIMEOUT_S = 3600


def build_release(*peers: str) -> None:
    """Leaves portal-view in cargo's `release`, and those peers in its `peer`."""
    LOGS.mkdir(parents=True, exist_ok=True)
    _build("release", ["-p", "portal", "--bin", "portal-view"])
    _build("peer", [word for peer in peers for word in ("-p", peer)])


def _build(profile: str, what: list[str]) -> None:
    log = log_of(f"build-{profile}")
    with log.open("wb") as out:
        try:
            done = subprocess.run(["cargo", "build", "--profile", profile, *what], cwd=ROOT, stdout=out,
                                  stderr=subprocess.STDOUT, timeout=BUILD_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            raise Stop(f"the build of profile {profile} took longer than {BUILD_TIMEOUT_S} s") from None
    if done.returncode != 0:
        errors = re.findall(r"^error.*", log.read_text(), re.MULTILINE)
        raise Stop(f"the build of profile {profile} failed: {errors[0] if errors else 'no error line'}; "
                   f"see {log.relative_to(ROOT)}")
