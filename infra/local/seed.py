"""Two tenants and their operators, so that there is someone to bill and to sign in.

It must never run against a real account: the passwords end in a file under target/.
"""
import os
import secrets

from local.aws import client
from local.say import say
from local.stack import Ports

ROLES = ("admin", "controller", "ar_manager", "ar_operator", "sales", "csm", "legal",
         "billing_admin", "viewer")

TENANTS = (
    {
        "id": "northwind", "name": "Northwind Tools", "brand_colour": "#4f46e5",
        "zone": "America/New_York", "stripe_account": "acct_1NorthwindDemo", "country": "US",
        "sender": "billing@northwind.example", "reply_to": "receivables@northwind.example",
    },
    {
        "id": "kobo-werk", "name": "Kōbō Werk GmbH", "brand_colour": "#0f766e",
        "zone": "Europe/Berlin", "stripe_account": "acct_1KoboWerkDemo", "country": "DE",
        "sender": "rechnung@kobo-werk.example", "reply_to": "buchhaltung@kobo-werk.example",
    },
)


def tenants() -> list[dict]:
    """The demo tenants; with a real Stripe key the first uses STRIPE_ACCOUNT if it is set."""
    first = {**TENANTS[0], "stripe_account": os.environ.get("STRIPE_ACCOUNT", TENANTS[0]["stripe_account"])}
    return [first, *TENANTS[1:]]


def stripe_accounts() -> list[str]:
    """The tenants' accounts as the stand-in's `--account` takes them."""
    return [f"{one['stripe_account']},{one['country']},{one['name']}" for one in tenants()]


def seed(ports: Ports, outputs: dict[str, str]) -> list[dict]:
    """Writes tenants and operators; returns each operator with password and a fresh id token."""
    say(f"seeding {len(TENANTS)} tenants with an operator for each role")
    for tenant in tenants():
        _put_tenant(ports, outputs["Table"], tenant)
        client("ses", ports.endpoint).verify_email_identity(EmailAddress=tenant["sender"])
    pool = client("cognito-idp", ports.endpoint)
    return [_operator(pool, outputs, tenant, role) for tenant in tenants() for role in ROLES]


def sign_in(pool, pool_id: str, client_id: str, email: str, password: str) -> str:
    """An id token, good for one hour: the one kind that carries tenant and roles."""
    signed_in = pool.admin_initiate_auth(
        UserPoolId=pool_id, ClientId=client_id, AuthFlow="ADMIN_USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password})
    return signed_in["AuthenticationResult"]["IdToken"]


def _put_tenant(ports: Ports, table: str, tenant: dict) -> None:
    item = {name: {"BOOL": value} if isinstance(value, bool) else {"S": value}
            for name, value in tenant.items()}
    client("dynamodb", ports.endpoint).put_item(TableName=table, Item={
        "pk": {"S": f"TENANT#{tenant['id']}"}, "sk": {"S": "TENANT"}, **item})


def _operator(pool, outputs: dict[str, str], tenant: dict, role: str) -> dict:
    email = f"{role.replace('_', '-')}@{tenant['sender'].split('@')[1]}"
    password = f"Aa1{secrets.token_urlsafe(18)}"
    pool.admin_create_user(
        UserPoolId=outputs["OperatorPoolId"], Username=email, MessageAction="SUPPRESS",
        TemporaryPassword=password, UserAttributes=[
            {"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"},
            {"Name": "custom:tenant", "Value": tenant["id"]}])
    pool.admin_set_user_password(
        UserPoolId=outputs["OperatorPoolId"], Username=email, Password=password, Permanent=True)
    pool.admin_add_user_to_group(
        UserPoolId=outputs["OperatorPoolId"], Username=email, GroupName=role)
    token = sign_in(pool, outputs["OperatorPoolId"], outputs["OperatorClientId"], email, password)
    return {"tenant": tenant["id"], "role": role, "email": email, "password": password, "token": token}
