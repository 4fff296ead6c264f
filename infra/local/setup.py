"""Installs what the local stack needs inside the project: target/venv and the npm folders.

It must never install anything outside the project, nor import what it installs:
it runs on the system's own Python, before anything else is there.
"""
import hashlib
import os
import shutil
import subprocess
import sys

from local.paths import BROWSER, INBOX, LOGS, OFFICIAL_CLIENT, ROOT, VENV
from local.say import Stop, main, say

REQUIREMENTS = ROOT / "infra" / "local" / "requirements.txt"
PIP_TIMEOUT_S = 900
NPM_TIMEOUT_S = 600

TOOLS = {
    "cargo": "Rust is missing: install it from https://rustup.rs",
    "npm": "Node.js is missing: install Node 20 or later, with npm",
    "cc": "a C linker is missing: apt install gcc",
}


def setup() -> None:
    """Leaves the project ready to run, and does nothing the second time."""
    if sys.version_info < (3, 11):
        raise Stop(f"Python 3.11 or later is needed, this is {sys.version.split()[0]}")
    for tool, hint in TOOLS.items():
        if shutil.which(tool) is None:
            raise Stop(hint)
    LOGS.mkdir(parents=True, exist_ok=True)
    _venv()
    for folder in (INBOX, BROWSER, OFFICIAL_CLIENT):
        if (folder / "package.json").exists():
            _npm(folder)


def _venv() -> None:
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    stamp = VENV / "requirements.sha256"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("installing the emulator and SAM into target/venv")
    if not (VENV / "bin" / "pip").exists():
        _run([sys.executable, "-m", "venv", str(VENV)], "venv", 120, "apt install python3-venv")
    pip = [str(VENV / "bin" / "pip"), "install", "--quiet", "--requirement", str(REQUIREMENTS)]
    _run(pip, "pip", PIP_TIMEOUT_S, "is the package index reachable?")
    stamp.write_text(wanted)


def _npm(folder) -> None:
    lock = hashlib.sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".lock.sha256"
    if stamp.exists() and stamp.read_text() == lock:
        return
    say(f"installing npm packages of {folder.relative_to(ROOT)}")
    _run(["npm", "ci", "--prefix", str(folder)], f"npm-{folder.name}", NPM_TIMEOUT_S,
         "is the npm registry reachable?", folder)
    stamp.write_text(lock)


def _run(argv: list[str], name: str, timeout_s: int, hint: str, folder=ROOT) -> None:
    log = LOGS / f"setup-{name}.log"
    with log.open("wb") as out:
        try:
            done = subprocess.run(argv, cwd=folder, stdout=out, stderr=subprocess.STDOUT,
                                  timeout=timeout_s, env={**os.environ, "CI": "1"})
        except subprocess.TimeoutExpired:
            raise Stop(f"{name} took longer than {timeout_s} s; see {log.relative_to(ROOT)}") from None
    if done.returncode != 0:
        raise Stop(f"{name} failed ({hint}); see {log.relative_to(ROOT)}")


if __name__ == "__main__":
    main(setup)
