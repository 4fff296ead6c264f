"""The local stand-in for GuardDuty's malware scan: it tags each new version of an upload.

It must never hold the test virus in one piece: every scanner on the way here would stop us.
"""
import sys
import time

from botocore.exceptions import BotoCoreError, ClientError

from local.aws import client
from local.children import Children
from local.paths import ROOT
from local.say import main, say
from local.stack import Ports

PREFIX = "uploads/"
TAG = "GuardDutyMalwareScanStatus"
# What the industry agreed to call a virus, so that nobody needs a real one to test with.
TEST_VIRUS = b"".join((rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-ANTIVIRUS-", b"TEST-FILE!$H+H*"))
# GuardDuty takes some seconds; pages and tests see the time before the verdict here too.
INTERVAL_S = 1


def start_scanner(children: Children, ports: Ports, bucket: str) -> None:
    """Scans `bucket` for as long as the stack is up."""
    children.start("scanner", [sys.executable, "-m", "local.scanner", ports.endpoint, bucket],
                   {"PYTHONPATH": str(ROOT / "infra"), "PYTHONUNBUFFERED": "1"})


def scan() -> None:
    """Looks for new versions every second, until it is stopped."""
    endpoint, bucket = sys.argv[1:]
    s3 = client("s3", endpoint)
    scanned: set[tuple[str, str]] = set()
    while True:
        try:
            _scan_new(s3, bucket, scanned)
        except (BotoCoreError, ClientError) as error:
            # A removed upload or a busy emulator; the next round sees what there is.
            say(f"not this time: {error}")
        time.sleep(INTERVAL_S)


def _scan_new(s3, bucket: str, scanned: set[tuple[str, str]]) -> None:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=PREFIX):
        for version in page.get("Versions", ()):
            place = version["Key"], version["VersionId"]
            if place not in scanned:
                # Before the scan: what has gone in between is not looked for again.
                scanned.add(place)
                _scan_version(s3, bucket, *place)


def _scan_version(s3, bucket: str, key: str, version: str) -> None:
    content = s3.get_object(Bucket=bucket, Key=key, VersionId=version)["Body"].read()
    verdict = "THREATS_FOUND" if TEST_VIRUS in content else "NO_THREATS_FOUND"
    s3.put_object_tagging(Bucket=bucket, Key=key, VersionId=version,
                          Tagging={"TagSet": [{"Key": TAG, "Value": verdict}]})
    say(f"{key} {version}: {verdict}")


if __name__ == "__main__":
    main(scan)
