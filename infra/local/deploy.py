"""The real template, deployed to the emulator by the real `sam deploy`.

It must never work around the template silently: the two things the emulator does not take
from it are read from it here and set by API, and nothing else is.
"""
import os
import re
import subprocess

from local.aws import CREDENTIALS, REGION, client
from local.build import functions
from local.children import log_of
from local.paths import LOGS, STACK, VENV
from local.say import Stop, say
from local.stack import DOMAIN, STAND_IN_KEY, WEBHOOK_SECRET, Ports

STACK_NAME = "plixo"
DEPLOY_BUCKET = "plixo-deploy"
DEPLOY_TIMEOUT_S = 300


def deploy(ports: Ports) -> dict[str, str]:
    """Deploys and returns the stack's outputs."""
    say(f"deploying {len(functions())} functions and their tables, queues and routes")
    client("s3", ports.endpoint).create_bucket(Bucket=DEPLOY_BUCKET)
    _sam_deploy(ports)
    stacks = client("cloudformation", ports.endpoint).describe_stacks(StackName=STACK_NAME)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in stacks[0]["Outputs"]}
    template = _template()
    _enable_ttl(ports, outputs, template)
    _set_gateway_responses(ports, outputs, template)
    return outputs


def _sam_deploy(ports: Ports) -> None:
    parameters = {
        "Local": "true",
        "Architecture": "x86_64" if os.uname().machine == "x86_64" else "arm64",
        "Firewall": "off",
        "DomainName": DOMAIN,
        "CertificateArn": f"arn:aws:acm:{REGION}:000000000000:certificate/local",
        "PortalUrl": ports.portal,
        "StripeApi": ports.stripe_url,
        "CheckoutOrigin": ports.stripe_url,
        "StripeSecretKey": STAND_IN_KEY,
        "StripeWebhookSecrets": WEBHOOK_SECRET,
        "LogDays": "7",
        # The sign-in is at the emulator's root; no resolver outside a browser knows app.localhost.
        "LoginUrl": ports.endpoint,
        "LoginConnect": ports.endpoint,
        "ApiConnect": ports.endpoint,
    }
    if "STRIPE_SECRET_KEY" in os.environ:
        # The template's defaults are Stripe itself.
        del parameters["StripeApi"], parameters["CheckoutOrigin"]
    argv = [
        str(VENV / "bin" / "sam"), "deploy", "--template-file", str(STACK / "template.yaml"),
        "--stack-name", STACK_NAME, "--s3-bucket", DEPLOY_BUCKET, "--region", REGION,
        "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset", "--no-progressbar",
        "--no-fail-on-empty-changeset",
        "--parameter-overrides", *(f"{name}={value}" for name, value in parameters.items()),
    ]
    env = {
        "PATH": os.environ["PATH"], "HOME": str(STACK), "LANG": "C.UTF-8",
        "AWS_ENDPOINT_URL": ports.endpoint, "AWS_CONFIG_FILE": os.devnull,
        "SAM_CLI_TELEMETRY": "0", **CREDENTIALS,
    }
    LOGS.mkdir(parents=True, exist_ok=True)
    with log_of("deploy").open("wb") as out:
        try:
            done = subprocess.run(argv, cwd=STACK, env=env, stdout=out, stderr=subprocess.STDOUT,
                                  timeout=DEPLOY_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            raise Stop(f"the deploy took longer than {DEPLOY_TIMEOUT_S} s; see target/logs/deploy.log") from None
    if done.returncode != 0:
        lines = re.findall(r"^(?:CREATE_FAILED|UPDATE_FAILED|Error).*", log_of("deploy").read_text(), re.MULTILINE)
        reason = " ".join(lines[0].split()) if lines else "no reason given"
        raise Stop(f"the deploy failed: {reason}; see target/logs/deploy.log")


def _template() -> dict:
    # From SAM's own parser, which knows !Ref and its kin.
    from samcli.yamlhelper import yaml_parse

    return yaml_parse((STACK / "template.yaml").read_text())


def _enable_ttl(ports: Ports, outputs: dict[str, str], template: dict) -> None:
    wanted = template["Resources"]["Table"]["Properties"]["TimeToLiveSpecification"]
    client("dynamodb", ports.endpoint).update_time_to_live(
        TableName=outputs["Table"], TimeToLiveSpecification=dict(wanted))


def _set_gateway_responses(ports: Ports, outputs: dict[str, str], template: dict) -> None:
    api = client("apigateway", ports.endpoint)
    for kind, response in template["Resources"]["Api"]["Properties"]["GatewayResponses"].items():
        headers = response["ResponseParameters"]["Headers"]
        api.put_gateway_response(
            restApiId=outputs["ApiId"], responseType=kind,
            responseParameters={f"gatewayresponse.header.{name}": value for name, value in headers.items()},
            responseTemplates=dict(response["ResponseTemplates"]))
    # A stage serves what was deployed to it, so these need a deployment of their own.
    api.create_deployment(restApiId=outputs["ApiId"], stageName=outputs["Stage"])
