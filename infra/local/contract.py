"""Runs schemathesis through the operators' API of a stack, and the document past the template.

It must never run without a bound: so many cases per endpoint, so many a second, so many seconds.
"""
import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

import requests

from local import described
from local.paths import OPENAPI, ROOT, TEST_FILE, VENV
from local.say import Stop, main, say

# The second tenant's, so that no story meets what is typed here.
TENANT = "kobo-werk"
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance",
          "response_headers_conformance", "response_schema_conformance")
# About 40 cases for each of 26 operations, at the pace that the emulator keeps.
EXAMPLES = 20
REQUESTS_A_SECOND = 20
TIME_MAX_S = 110
CONFIG = ROOT / "infra" / "local" / "schemathesis.toml"
ROW = "Invoice Number,Due Date,Balance,Contact Email,Customer Name\n"


def contract() -> int:
    """Both checks; 1 if either finds anything."""
    differs = described.check()
    fails = _run(json.loads(Path(os.environ.get("PLIXO_STACK", TEST_FILE)).read_text()))
    # In the words of the other runners, since they are counted together.
    failed = differs + fails
    print(f"{2 - failed} passed, {failed} failed", flush=True)
    return 1 if failed else 0


def _run(stack: dict) -> int:
    token = next((one["token"] for one in stack["operators"]
                  if (one["tenant"], one["role"]) == (TENANT, "admin")), None)
    if token is None:
        raise Stop(f"the stack has no admin of {TENANT}")
    seed = int(os.environ.get("CONTRACT_SEED") or secrets.randbelow(2**32))
    known = _known(stack["api"], token)
    say(f"seed {seed}: CONTRACT_SEED={seed} repeats what is drawn; {len(known['id'])} invoices to try it on")
    argv = [str(VENV / "bin" / "schemathesis"), "--config-file", str(CONFIG), "run", str(OPENAPI), "--url", stack["api"], "--seed", str(seed),
            "--header", f"Authorization: Bearer {token}", "--checks", ",".join(CHECKS),
            "--phases", "examples,coverage,fuzzing", "--max-examples", str(EXAMPLES),
            "--rate-limit", f"{REQUESTS_A_SECOND}/s", "--max-time", str(TIME_MAX_S), "--request-timeout", "30",
            "--continue-on-failure", "--generation-database", "none",
            "--generation-with-security-parameters", "false", "--suppress-health-check", "all",
            "--warnings", "off", "--no-color"]
    own = {**os.environ, "SCHEMATHESIS_HOOKS": "local.contract_hooks", "PYTHONPATH": str(ROOT / "infra"),
           "CONTRACT_KNOWN": json.dumps(known)}
    try:
        code = subprocess.run(argv, cwd=ROOT, env=own, timeout=2 * TIME_MAX_S).returncode
    except subprocess.TimeoutExpired:
        print(f"FAILED schemathesis took longer than {2 * TIME_MAX_S} s", flush=True)
        code = 1
    sys.stdout.flush()
    if code != 0:
        print(f"FAILED schemathesis ended with {code}; repeat with CONTRACT_SEED={seed}", flush=True)
    return 1 if code else 0


def _known(api: str, token: str) -> dict[str, list[str]]:
    """What the paths may name, so that not every case ends at 404: three invoices of its own."""
    bearer = {"Authorization": f"Bearer {token}"}
    rows = "".join(f"CONTRACT-{n},2026-12-31,{n}0.00,ap@contract.example,Contract {n}\n" for n in (1, 2, 3))
    sent = requests.post(f"{api}/invoices/import", headers={**bearer, "Content-Type": "text/csv"},
                         data=(ROW + rows).encode(), timeout=60)
    if sent.status_code != 200:
        raise Stop(f"the sample invoices were not imported: {sent.status_code}")
    page = requests.get(f"{api}/invoices", params={"search": "CONTRACT-"}, headers=bearer, timeout=60)
    imports = requests.get(f"{api}/imports", headers=bearer, timeout=60)
    return {"id": [one["id"] for one in page.json().get("invoices", [])],
            "import": [one["id"] for one in imports.json().get("imports", [])]}


if __name__ == "__main__":
    main(contract)
