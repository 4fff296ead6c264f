"""Compiles every function once and lays the files out as `sam deploy` takes them.

It must never change what the template says but where the code lies: `sam build` does the same,
though function by function, which takes minutes here.
"""
import os
import re
import subprocess
import zipfile
from concurrent.futures import ThreadPoolExecutor

from local.children import log_of
from local.paths import BINARIES, CARGO_PROFILE, LAMBDAS, LOGS, ROOT, STACK, TEMPLATE
from local.say import Stop, say

BUILD_TIMEOUT_S = 3600
FUNCTION = re.compile(
    r"(BuildProperties: \{ Binary: (?P<binary>[a-z-]+) \} \}\n(?:.*\n){1,3}?      CodeUri: )\S+")


def functions() -> list[str]:
    """The binary name of each function, in the template's order; two may share one."""
    return [found["binary"] for found in FUNCTION.finditer(TEMPLATE.read_text())]


def build(with_tests: bool) -> None:
    """Leaves target/lambda/<binary>.zip and a deployable target/stack/template.yaml."""
    if "NO_BUILD" not in os.environ:
        say("compiling the functions (minutes the first time)")
        _compile(with_tests)
    LAMBDAS.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor() as pool:
        list(pool.map(_pack, dict.fromkeys(functions())))
    STACK.mkdir(parents=True, exist_ok=True)
    placed = FUNCTION.sub(rf"\g<1>{LAMBDAS}/\g<binary>.zip", TEMPLATE.read_text())
    (STACK / "template.yaml").write_text(placed)


def _compile(with_tests: bool) -> None:
    LOGS.mkdir(parents=True, exist_ok=True)
    # With their tests at once, or cargo would compile everything below a crate a second time
    # for the features that only tests ask for.
    targets = "--all-targets" if with_tests else "--bins"
    argv = ["cargo", "build", "--profile", CARGO_PROFILE, "--workspace", targets]
    with log_of("build").open("wb") as out:
        try:
            done = subprocess.run(argv, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT,
                                  timeout=BUILD_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            raise Stop(f"the build took longer than {BUILD_TIMEOUT_S} s") from None
    if done.returncode != 0:
        errors = re.findall(r"^error.*", log_of("build").read_text(), re.MULTILINE)
        raise Stop(f"the build failed: {errors[0] if errors else 'no error line'}; see target/logs/build.log")


def _pack(binary: str) -> None:
    built, packed = BINARIES / binary, LAMBDAS / f"{binary}.zip"
    if not built.exists():
        raise Stop(f"no binary {binary} in {built.parent.name}, but template.yaml names it")
    if packed.exists() and packed.stat().st_mtime > built.stat().st_mtime:
        return
    # Packed here and lightly: SAM packs one after the other and hard, which takes a minute for
    # unoptimised binaries. The fixed date keeps the bytes, so what did not change is not uploaded.
    entry = zipfile.ZipInfo("bootstrap", date_time=(2020, 1, 1, 0, 0, 0))
    entry.external_attr = 0o755 << 16
    unfinished = packed.with_suffix(".tmp")
    with zipfile.ZipFile(unfinished, "w") as archive:
        archive.writestr(entry, built.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=1)
    unfinished.replace(packed)
