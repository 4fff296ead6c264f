"""Progress and failure in single plain lines.

It must never let a traceback reach someone who only wants to see the demo.
"""
import signal
import sys
import time
import traceback
from types import FrameType

from local.paths import LOGS

STARTED = time.monotonic()


class Stop(Exception):
    """A reason to give up that a person can act on. Its text is the whole message."""


def say(text: str) -> None:
    """One line of progress, with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:5.1f}s] {text}", flush=True)


def main(run) -> None:
    """Runs a command; turns its end into an exit code: 0, 1 after one line, 130 on Ctrl-C."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGHUP, _interrupt)
    try:
        code = run() or 0
    except Stop as reason:
        print(f"plixo: {reason}", file=sys.stderr)
        code = 1
    except Exception as bug:  # ours, so the details go where someone who mends it will look
        LOGS.mkdir(parents=True, exist_ok=True)
        (LOGS / "crash.log").write_text(traceback.format_exc())
        print(f"plixo: {type(bug).__name__}: {bug}; see target/logs/crash.log", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        print("\nplixo: stopped", file=sys.stderr)
        code = 130
    sys.exit(code)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    # A closed terminal or a `kill` cleans up exactly as Ctrl-C does.
    raise KeyboardInterrupt
