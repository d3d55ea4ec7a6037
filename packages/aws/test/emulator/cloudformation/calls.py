"""Calls to the emulator's own services, with parameters as they stand in templates."""

import json
import os
import threading
from typing import Any

import boto3
from botocore.client import BaseClient
from botocore.config import Config
from botocore.model import Shape

_clients: dict[tuple[str, str], BaseClient] = {}
_lock = threading.Lock()


def client(service: str, region: str) -> BaseClient:
    """A client of the server that this runs in. Its access key tells our own calls from those of a test."""
    with _lock:
        if (service, region) not in _clients:
            _clients[service, region] = boto3.client(
                service,
                region_name=region,
                endpoint_url=f"http://127.0.0.1:{os.environ['MOTO_PORT']}",
                aws_access_key_id="CLOUDFORMATION",
                aws_secret_access_key="emulator",
                config=Config(retries={"max_attempts": 0}, parameter_validation=False),
            )
        return _clients[service, region]


def call(service: str, region: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Calls an operation by its API name, `CreateVpc`."""
    caller = client(service, region)
    shape = caller.meta.service_model.operation_model(operation).input_shape
    return caller._make_api_call(operation, fit(shape, parameters) if shape else {})


def fit(shape: Shape, value: Any) -> Any:
    """Properties of a template as input of an API: names matched without case, scalars cast, rest dropped."""
    match shape.type_name:
        case "structure":
            if not isinstance(value, dict):
                return value
            members = {name.lower(): name for name in shape.members}
            return {
                members[key.lower()]: fit(shape.members[members[key.lower()]], item)
                for key, item in value.items()
                if key.lower() in members and item is not None
            }
        case "list":
            items = value if isinstance(value, list) else [value]
            return [fit(shape.member, item) for item in items if item is not None]
        case "map":
            if isinstance(value, list):  # tags: a list in templates, a map in some APIs
                value = {tag["Key"]: tag["Value"] for tag in value}
            return {str(key): fit(shape.value, item) for key, item in value.items()}
        case "integer" | "long":
            return int(float(value))
        case "float" | "double":
            return float(value)
        case "boolean":
            return is_true(value)
        case "string":
            if isinstance(value, (dict, list)):
                return json.dumps(value)
            return str(value).lower() if isinstance(value, bool) else str(value)
        case _:
            return value


def is_true(value: Any) -> bool:
    """Templates hold booleans as `true` and as `"true"`."""
    return str(value).lower() == "true"
