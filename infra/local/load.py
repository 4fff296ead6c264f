"""`make load`: a stack of its own, a bounded load on it, and docs/load.md with the figures.

It must never touch another stack than the one it brought up, nor outlive it.
"""
import json
import os
import subprocess

from local.children import Children
from local.paths import BINARIES, LOAD_PAGE, ROOT, TARGET, TEMPLATE
from local.say import Stop, main, say
from local.up import up

SECONDS, SEED, SCALE = 60, 20261129, 20
STACK_FILE = TARGET / "load-stack.json"
SETTINGS_FILE = TARGET / "load.json"
# Making the scene takes as long as a phase or two; a stack that stands still must end some time.
PHASES, REST_S = 3, 600


def load() -> int:
    """Brings a stack up, loads it, writes the page; 1 if a promise is broken."""
    seconds = _number("LOAD_SECONDS", SECONDS)
    seed, scale = _number("LOAD_SEED", SEED), _number("LOAD_SCALE", SCALE)
    # Only the usual run is kept beside the code; any other is to try something.
    page = LOAD_PAGE if (seconds, seed, scale) == (SECONDS, SEED, SCALE) else TARGET / "load.md"
    settings = {
        "seed": seed, "seconds": seconds, "scale": scale, "page": str(page), "machine": _machine(), "throttles": throttles(),
    }
    with Children() as children:
        up(children, STACK_FILE, [])
        SETTINGS_FILE.write_text(json.dumps(settings, indent=2) + "\n")
        say(f"loading: {PHASES} phases of {seconds} s; seed {settings['seed']}")
        code = _run(PHASES * seconds + REST_S)
        children.check()
    say(f"the figures are in {page.relative_to(ROOT)}")
    return code


def throttles() -> list[dict]:
    """Every throttle of the template, its path as the API has it; `*` for all other methods."""
    # From SAM's own parser, which knows !Ref and its kin.
    from samcli.yamlhelper import yaml_parse

    settings = yaml_parse(TEMPLATE.read_text())["Resources"]["Api"]["Properties"]["MethodSettings"]
    return [{
        "path": "*" if one["ResourcePath"] == "/*" else one["ResourcePath"][1:].replace("~1", "/"),
        "method": one["HttpMethod"],
        "rate": one["ThrottlingRateLimit"],
        "burst": one["ThrottlingBurstLimit"],
    } for one in settings]


def _run(timeout_s: int) -> int:
    argv = [str(BINARIES / "plixo-load"), str(SETTINGS_FILE)]
    own = {**os.environ, "PLIXO_STACK": str(STACK_FILE)}
    try:
        code = subprocess.run(argv, cwd=ROOT, env=own, timeout=timeout_s).returncode
    except subprocess.TimeoutExpired:
        raise Stop(f"the load took longer than {timeout_s} s; see target/logs/emulator.log") from None
    if code not in (0, 1):
        raise Stop(f"the load ended with {code} before it was done; see what it says above")
    return code


def _number(name: str, otherwise: int) -> int:
    try:
        number = int(os.environ.get(name, otherwise))
    except ValueError:
        number = 0
    if number < 1:
        raise Stop(f"{name} is not a whole number of 1 or more")
    return number


def _machine() -> str:
    """Processor, cores and memory, without the machine's name."""
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        models = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return f"{models[0] if models else os.uname().machine}, {os.cpu_count()} cores, {memory:.0f} GiB"


if __name__ == "__main__":
    main(load)
