"""Where things are, so that no other file spells a path.

It must never create or change anything.
"""
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "target"
VENV = TARGET / "venv"
LOGS = TARGET / "logs"
STACK = TARGET / "stack"  # not `local`: that is where cargo puts the profile of that name
LAMBDAS = TARGET / "lambda"
DEMO_FILE = TARGET / "demo.json"
TEST_FILE = TARGET / "test-stack.json"

TEMPLATE = ROOT / "template.yaml"
OPENAPI = ROOT / "docs" / "openapi.yaml"
ROLES_PAGE = ROOT / "docs" / "roles.md"
LOAD_PAGE = ROOT / "docs" / "load.md"
INBOX = ROOT / "infra" / "local" / "inbox"
BROWSER = ROOT / "tests" / "browser"
OFFICIAL_CLIENT = ROOT / "tests" / "stripe" / "official-client"
PEERS = ROOT / "benches" / "peers"
STYLE = ROOT / "functions" / "portal" / "templates" / "style.css"
INVOICES = ROOT / "tests" / "samples" / "invoices.csv"

CARGO_PROFILE = "local"
CARGO_TARGET = Path(os.environ.get("CARGO_TARGET_DIR", TARGET))
BINARIES = CARGO_TARGET / CARGO_PROFILE
