"""Holds docs/openapi.yaml against what it describes: the template's routes and docs/roles.md.

It must never pass a route that nobody described, nor a description of nothing.
"""
import re

import yaml
from openapi_spec_validator import validate

from local.paths import OPENAPI, ROLES_PAGE, TEMPLATE
from local.say import Stop, main, say

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
# The line of docs/roles.md: | GET | `/invoices` | `Read` or `Write` |
LINE = re.compile(r"^\| ([A-Z]+) \| `(/[^`]*)` \| (.+) \|$", re.MULTILINE)


class Template(yaml.SafeLoader):
    """Reads CloudFormation's tags as what stands behind them."""


Template.add_multi_constructor("!", lambda loader, _tag, node: (
    loader.construct_scalar(node) if isinstance(node, yaml.ScalarNode)
    else loader.construct_sequence(node, deep=True) if isinstance(node, yaml.SequenceNode)
    else loader.construct_mapping(node, deep=True)))


def document() -> dict:
    """The document as it is written."""
    return yaml.safe_load(OPENAPI.read_text())


def described(spec: dict) -> dict[tuple[str, str], list[str]]:
    """Each operation with the tasks it names."""
    return {(method.upper(), path): one.get("x-tasks", [])
            for path, item in spec["paths"].items() for method, one in item.items() if method in METHODS}


def routed(template: dict) -> set[tuple[str, str]]:
    """The template's routes behind the operators' authorizer."""
    events = [event for resource in template["Resources"].values()
              if resource.get("Type") == "AWS::Serverless::Function"
              for event in resource["Properties"].get("Events", {}).values() if event.get("Type") == "Api"]
    return {(event["Properties"]["Method"].upper(), event["Properties"]["Path"]) for event in events
            if event["Properties"].get("Auth", {}).get("Authorizer") == "Operators"}


def asked(page: str) -> dict[tuple[str, str], list[str]]:
    """What docs/roles.md says that each endpoint asks for."""
    return {(method, path): re.findall(r"`(\w+)`", tasks) for method, path, tasks in LINE.findall(page)}


def differences(spec: dict, template: dict, page: str) -> list[str]:
    """Everything that does not agree, a sentence each."""
    operations, tasks = described(spec), asked(page)
    routes = routed(template)
    found = [f"{' '.join(one)} is in the template and not described" for one in sorted(routes - operations.keys())]
    found += [f"{' '.join(one)} is described and not in the template" for one in sorted(operations.keys() - routes)]
    found += [f"{' '.join(one)} asks for {operations.get(one)}, and docs/roles.md says {tasks.get(one)}"
              for one in sorted(operations.keys() | tasks.keys()) if operations.get(one) != tasks.get(one)]
    for path, item in spec["paths"].items():
        for method, one in item.items():
            if method in METHODS:
                given = [_resolved(spec, part) for part in [*item.get("parameters", []), *one.get("parameters", [])]]
                named = {part["name"] for part in given if part["in"] == "path"}
                if named != set(re.findall(r"\{(\w+)\}", path)):
                    found.append(f"{method.upper()} {path} describes the parts {sorted(named)}")
    return found


def _resolved(spec: dict, part: dict) -> dict:
    if "$ref" not in part:
        return part
    for name in part["$ref"].removeprefix("#/").split("/"):
        spec = spec[name]
    return spec


def check() -> int:
    """Validates the document and compares it; 1 if anything is wrong."""
    spec, template = document(), yaml.load(TEMPLATE.read_text(), Template)
    try:
        validate(spec)
    except Exception as reason:
        raise Stop(f"docs/openapi.yaml is no OpenAPI document: {reason}") from None
    found = differences(spec, template, ROLES_PAGE.read_text())
    for one in found:
        print(f"FAILED {one}", flush=True)
    say(f"{len(described(spec))} operations described, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    main(check)
