"""Builds binaries as they are deployed, for those who measure them.

It must never build all of them: each is linked whole, which takes a minute.
"""
import re
import subprocess

from local.children import log_of
from local.paths import LOGS, ROOT
from local.say import Stop

BUILD_TIMEOUT_S = 3600


def build_release(binaries: dict[str, list[str]]) -> None:
    """Leaves those binaries, by their package, in target/release."""
    LOGS.mkdir(parents=True, exist_ok=True)
    packages = [word for package in binaries for word in ("-p", package)]
    names = [word for all_of in binaries.values() for name in all_of for word in ("--bin", name)]
    with log_of("release").open("wb") as out:
        try:
            done = subprocess.run(["cargo", "build", "--release", *packages, *names], cwd=ROOT, stdout=out,
                                  stderr=subprocess.STDOUT, timeout=BUILD_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            raise Stop(f"the release build took longer than {BUILD_TIMEOUT_S} s") from None
    if done.returncode != 0:
        errors = re.findall(r"^error.*", log_of("release").read_text(), re.MULTILINE)
        raise Stop(f"the release build failed: {errors[0] if errors else 'no error line'}; see target/logs/release.log")
