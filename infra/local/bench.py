"""`make bench`: builds what is measured, packs the peers, and has the harness measure and write the page.

It must never tune a subject: each is built as it ships, or as a good engineer would ship it.
"""
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from local.children import log_of
from local.paths import BINARIES, CARGO_PROFILE, CARGO_TARGET, LOGS, PEERS, ROOT, STYLE, TARGET
from local.release import build_release
from local.say import Stop, main, say

PACKED = TARGET / "bench"
NODE, PYTHON = PACKED / "node", PACKED / "python"
INSTALL_TIMEOUT_S = 1200
BUILD_TIMEOUT_S = 3600
RUN_TIMEOUT_S = 2400
# The runtime client of Node.js is compiled on this machine, with a small HTTP client of its own.
NATIVE = ("cmake", "g++", "make", "autoconf", "automake", "libtoolize")


def bench() -> None:
    """Leaves docs/bench.md and docs/bench.svg as measured just now."""
    missing = [tool for tool in NATIVE if shutil.which(tool) is None]
    if missing:
        raise Stop(f"missing: {', '.join(missing)}; apt install cmake g++ make autoconf automake libtool")
    LOGS.mkdir(parents=True, exist_ok=True)
    say("building the functions as they ship (minutes the first time)")
    build_release("bench-hello", "bench-loop")
    _pack_node()
    python = _python()
    _pack_python(python)
    say("building the harness")
    _run("bench-build", ["cargo", "build", "--profile", CARGO_PROFILE, "-p", "bench"], ROOT, BUILD_TIMEOUT_S)
    say("measuring (some minutes; leave the machine alone)")
    argv = [BINARIES / "bench", "--root", ROOT, "--target", CARGO_TARGET, "--peers", PACKED, "--node", _node(), "--python", python,
            "--rounds", os.environ.get("ROUNDS", "15"), "--warm", os.environ.get("WARM", "100")]
    try:
        done = subprocess.run([str(word) for word in argv], cwd=ROOT, timeout=RUN_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        raise Stop(f"measuring took longer than {RUN_TIMEOUT_S} s") from None
    if done.returncode != 0:
        raise Stop("not measured; the reason stands above")
    say("written: docs/bench.md and docs/bench.svg")


def _pack_node() -> None:
    """One bundle, and beside it the runtime client that Lambda would bring."""
    source = PEERS / "node"
    lock = hashlib.sha256((source / "package-lock.json").read_bytes()).hexdigest()
    stamp = source / "node_modules" / ".lock.sha256"
    if not stamp.exists() or stamp.read_text() != lock:
        say("installing the Node.js peer (its runtime client is compiled, which takes minutes)")
        # Where Debian and NodeSource put Node's own headers; without them node-gyp would fetch some.
        headers = {"npm_config_nodedir": str(Path(_node()).parents[1])}
        _run("bench-npm", ["npm", "ci", "--prefix", source], source, INSTALL_TIMEOUT_S, headers)
        stamp.write_text(lock)
    NODE.mkdir(parents=True, exist_ok=True)
    _run("bench-bundle", ["npm", "run", "--silent", "build", "--", NODE / "view.mjs"], source, 120)
    client = Path("node_modules") / "aws-lambda-ric"
    shutil.rmtree(NODE / client, ignore_errors=True)
    for part in ("bin", "dist"):
        shutil.copytree(source / client / part, NODE / client / part)
    shutil.copy(source / client / "package.json", NODE / client)


def _pack_python(python: str) -> None:
    """The packages as `pip --target` lays them out, compiled, and the function's own files."""
    source = PEERS / "python"
    wanted = hashlib.sha256((source / "requirements.txt").read_bytes() + python.encode()).hexdigest()
    stamp = PACKED / "python.sha256"
    if not stamp.exists() or stamp.read_text() != wanted:
        say("installing the Python peer")
        shutil.rmtree(PYTHON, ignore_errors=True)
        version = subprocess.run([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
                                 capture_output=True, text=True, check=True).stdout.strip()
        _run("bench-pip", [sys.executable, "-m", "pip", "install", "--quiet", "--target", PYTHON, "--python-version",
                           version, "--only-binary=:all:", "--requirement", source / "requirements.txt"],
             ROOT, INSTALL_TIMEOUT_S)
        stamp.write_text(wanted)
    for file in source.glob("*.py"):
        shutil.copy(file, PYTHON)
    shutil.copy(STYLE, PYTHON)
    # As Lambda's runtime has its own packages: no start pays for compiling.
    _run("bench-compile", [python, "-m", "compileall", "-q", "."], PYTHON, 300)


def _node() -> str:
    return str(Path(shutil.which("node") or "").resolve())


def _python() -> str:
    """The distribution's interpreter rather than one built at home: a loop takes a fifth less time in it (2026-11)."""
    own = Path("/usr/bin/python3")
    return str((own if own.exists() else Path(sys.executable)).resolve())


def _run(name: str, argv: list, folder: Path, timeout_s: int, env: dict[str, str] | None = None) -> None:
    log = log_of(name)
    with log.open("wb") as out:
        try:
            done = subprocess.run([str(word) for word in argv], cwd=folder, stdout=out, stderr=subprocess.STDOUT,
                                  timeout=timeout_s, env={**os.environ, **(env or {})})
        except subprocess.TimeoutExpired:
            raise Stop(f"{name} took longer than {timeout_s} s; see {log.relative_to(ROOT)}") from None
    if done.returncode != 0:
        raise Stop(f"{name} failed; see {log.relative_to(ROOT)}")


if __name__ == "__main__":
    main(bench)
