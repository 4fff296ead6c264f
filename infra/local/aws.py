"""Clients for the emulator.

It must never reach a real account: the endpoint and the credentials are always the emulator's.
"""
import boto3
from botocore.config import Config

REGION = "us-east-1"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


def client(service: str, endpoint: str):
    """A boto3 client of the emulator at `endpoint`, with bounded waits and three tries."""
    return boto3.client(
        service, endpoint_url=endpoint, region_name=REGION,
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
        config=Config(connect_timeout=5, read_timeout=70, retries={"total_max_attempts": 3}))
