"""What schemathesis draws, mended: half of all paths name things that are there.

It must never be imported by anything else: it runs inside schemathesis.
"""
import json
import os
import zlib

import schemathesis

KNOWN: dict[str, list[str]] = json.loads(os.environ.get("CONTRACT_KNOWN", "{}"))


@schemathesis.hook
def map_path_parameters(_context, path_parameters):
    """Names something that is there in every second case, decided by what was drawn."""
    for name, ids in KNOWN.items():
        if path_parameters and ids and name in path_parameters:
            place = zlib.crc32(str(path_parameters[name]).encode())
            if place % 2 == 0:
                path_parameters[name] = ids[place // 2 % len(ids)]
    return path_parameters
