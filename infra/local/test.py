"""`make test`: every test there is, against a stack of its own, and one plain count at the end.

It must never call a run green that ended early: a runner that fails without a count counts as one.
"""
import os
import re
import shutil
import subprocess
import sys

from local.children import Children, choose_port, log_of
from local.paths import BROWSER, CARGO_PROFILE, CARGO_TARGET, OFFICIAL_CLIENT, ROOT, TEST_FILE
from local.release import build_release
from local.say import Stop, main, say
from local.stack import start_stand_in
from local.up import up

# The profile of the deployed functions, so that nothing is compiled twice.
RUNNERS = (
    ("cargo", ["cargo", "test", "--profile", CARGO_PROFILE, "--workspace", "--no-fail-fast"], ROOT, 3600),
    ("browser", ["npm", "test", "--silent"], BROWSER, 2400),
    ("contract", [sys.executable, "-m", "local.contract"], ROOT, 400),
    ("official-client", ["npm", "test", "--silent"], OFFICIAL_CLIENT, 300),
)
# How much is simulated here, so that more than 100,000 interleavings differ; a plain `cargo test` does less, and more is a matter of patience.
SIMULATED = {"SIMULATED_RACES": "108000", "SIMULATED_LIVES": "1000"}
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# cargo: "test result: ok. 12 passed; 0 failed"; node: "ℹ pass 12" or "# pass 12";
# the official client's own last line: "12 passed, 0 failed".
PASSED = re.compile(r"^test result: .*?(\d+) passed|^[ℹ#] pass (\d+)|^(\d+) passed, ", re.MULTILINE)
# What tests have counted: "sweep of ...: 4 round trips, 2 RRU, 0 WRU" in the store's; tables such as
# "  view    1    1    0", with their heads, in the stories; "100000 races, ..." in the simulation.
FIGURES = re.compile(
    r"^\d+ (?:races|lives), .*$|^.*\d round trips, .* RRU, .* WRU$|^  .*(?:write units|gzip)$|^  [a-zA-Z].*\s\d[\d.]*\s+\d[\d.]*$",
    re.MULTILINE)
FAILED = re.compile(
    r"^test result: .*?(\d+) failed|^[ℹ#] (?:fail|cancelled) (\d+)|^\d+ passed, (\d+) failed$", re.MULTILINE)
FAILURE = re.compile(r"^✖ .*\)$|^not ok .*|^FAILED .*|^error(?:\[|:).*", re.MULTILINE)
# Rust's two harnesses list names at their end. A reason stands under the name, or where the thread of that name panicked.
FAILED_NAMES = re.compile(r"^failures:\n((?:    \S.*\n)+)", re.MULTILINE)
REASON = r"(?:^---- {name} ----|thread '{name}'.* panicked at .*)\n(?:.+\n){{0,8}}"
FAILURES_SHOWN = 40


def test() -> int:
    """Brings a stack up on free ports, runs all runners, prints the count."""
    # Said now rather than after minutes of building.
    if not any(map(shutil.which, BROWSERS)):
        raise Stop("Chromium is missing, and the browser tests need it: apt install chromium")
    for tool in ("valgrind", "openssl"):
        if shutil.which(tool) is None:
            raise Stop(f"{tool} is missing, and instructions are counted with it: apt install {tool}")
    if "NO_BUILD" not in os.environ:
        say("building the functions whose instructions are counted, as they ship (minutes the first time)")
        build_release("bench-hello")
    with Children() as children:
        up(children, TEST_FILE, [], with_tests=True)
        # The official client moves the stand-in's clock and rules, so it gets one of its own.
        port = choose_port(None, "")
        start_stand_in(children, "stripe-official-client", port, [])
        # Without capture, so that what was counted can be read here too.
        own = {"RUST_TEST_NOCAPTURE": "1", "PLIXO_STACK": str(TEST_FILE), "STRIPE_STAND_IN": f"http://127.0.0.1:{port}",
               "PLIXO_TARGET": str(CARGO_TARGET),
               **{name: os.environ.get(name, count) for name, count in SIMULATED.items()}}
        counts = [_run(*runner, own) for runner in RUNNERS]
        children.check()
    passed, failed, failures = zip(*counts)
    passed, failed = sum(passed), sum(failed)
    # Last, since the end of a long output is what is kept and read.
    for failure in [one for some in failures for one in some]:
        print(f"    {failure}", flush=True)
    print(f"{passed} passed, {failed} failed", flush=True)
    return 1 if failed or not passed else 0


def _run(name: str, argv: list[str], folder, timeout_s: int, own: dict[str, str]) -> tuple[int, int, list[str]]:
    say(f"running the {name} tests; output in target/logs/{name}.log")
    with log_of(name).open("w+", encoding="utf-8") as log:
        try:
            code = subprocess.run(argv, cwd=folder, env={**os.environ, **own}, stdout=log, stderr=subprocess.STDOUT,
                                  timeout=timeout_s).returncode
        except subprocess.TimeoutExpired:
            raise Stop(f"the {name} tests took longer than {timeout_s} s; see target/logs/{name}.log") from None
        log.seek(0)
        text = log.read()
    passed, failed = _sum(PASSED, text), _sum(FAILED, text)
    if code != 0:
        failed = failed or 1
    for figure in FIGURES.findall(text):
        print(figure, flush=True)
    say(f"{name}: {passed} passed, {failed} failed")
    return passed, failed, _failures(text) if code != 0 else []


def _failures(text: str) -> list[str]:
    """Each failed test with its reason, one a line as far as the runners allow."""
    found = [line.strip() for line in FAILURE.findall(text)]
    for name in (name.strip() for names in FAILED_NAMES.findall(text) for name in names.splitlines()):
        reason = re.search(REASON.format(name=re.escape(name)), text, re.MULTILINE)
        found.append(f"{name}: {' '.join(reason.group().split())}" if reason else name)
    return found[:FAILURES_SHOWN]


def _sum(pattern: re.Pattern[str], text: str) -> int:
    return sum(int("".join(groups)) for groups in pattern.findall(text))


if __name__ == "__main__":
    main(test)
