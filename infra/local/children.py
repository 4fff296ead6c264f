"""The processes this run started, and nothing else.

It must never signal a process it did not start: each child leads its own group, and only
those groups are stopped.
"""
import os
import signal
import socket
import subprocess
import time
from pathlib import Path

from local.paths import LOGS, ROOT
from local.say import Stop

STOP_WAIT_S = 5


class Children:
    """Starts processes with a log each; leaving the `with` block stops them all."""

    def __init__(self) -> None:
        self._running: dict[str, subprocess.Popen] = {}

    def __enter__(self) -> "Children":
        return self

    def __exit__(self, *_reason) -> None:
        for name in reversed(list(self._running)):
            _stop(self._running.pop(name))

    def start(self, name: str, argv: list[str], env: dict[str, str]) -> None:
        """Starts `argv` with exactly `env`; its output goes to target/logs/<name>.log."""
        LOGS.mkdir(parents=True, exist_ok=True)
        with log_of(name).open("wb") as log:
            # Its own session: Ctrl-C in the terminal reaches us first, and we stop it in order.
            self._running[name] = subprocess.Popen(
                argv, env=env, stdout=log, stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL, start_new_session=True)

    def check(self) -> None:
        """Raises Stop if one of them has ended by itself."""
        for name, child in self._running.items():
            if child.poll() is not None:
                raise Stop(f"{name} ended by itself; see {log_of(name).relative_to(ROOT)}")

    def wait_for_port(self, name: str, port: int, timeout_s: float) -> None:
        """Returns once something listens on the loopback port, or raises Stop."""
        until = time.monotonic() + timeout_s
        while time.monotonic() < until:
            self.check()
            with socket.socket() as probe:
                probe.settimeout(0.5)
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.05)
        raise Stop(f"{name} did not answer within {timeout_s:.0f} s; see {log_of(name).relative_to(ROOT)}")


def log_of(name: str) -> Path:
    """Where the output of a child goes."""
    return LOGS / f"{name}.log"


def choose_port(wanted: str | None, option: str) -> int:
    """The wanted loopback port if it is free, else Stop; any free one if none is wanted."""
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", int(wanted or 0)))
        except ValueError:
            raise Stop(f"{option}={wanted} is not a port number") from None
        except OSError:
            raise Stop(f"port {wanted} is in use; choose another with {option}=..., or leave it out") from None
        return probe.getsockname()[1]


def _stop(child: subprocess.Popen) -> None:
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, how)
        except ProcessLookupError:
            break
        try:
            child.wait(STOP_WAIT_S)
        except subprocess.TimeoutExpired:
            continue
    # What a child left behind in its group ends with it.
    try:
        os.killpg(child.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        pass
