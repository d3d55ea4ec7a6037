"""What the engine knows of a resource type: how to create, update and delete one."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from cloudformation.calls import call

Properties = dict[str, Any]
# Physical id, and what Fn::GetAtt answers.
Made = tuple[str, dict[str, Any]]


class Failed(Exception):
    """A resource that could not be created, changed or deleted; the message becomes the event's reason."""


@dataclass
class Request:
    """One resource in one stack: what the template says, and who asks."""

    properties: Properties
    # A name for a resource that the template gives none.
    name: str
    account: str
    region: str
    # Properties before an update.
    previous: Properties = field(default_factory=dict)
    # DeletionPolicy, set for deletions.
    policy: str = "Delete"
    # Whether this undoes a change that failed.
    rolling_back: bool = False

    def __post_init__(self) -> None:
        self.properties = resolved(self.properties, self.region)

    def api(self, service: str, operation: str, /, **parameters: Any) -> dict[str, Any]:
        """Calls a service of the emulator."""
        return call(service, self.region, operation, parameters)

    def get(self, name: str, default: Any = None) -> Any:
        return self.properties.get(name, default)

    def without(self, *names: str) -> Properties:
        return {key: value for key, value in self.properties.items() if key not in names}

    def changed(self, *names: str) -> bool:
        """Whether an update changes one of these properties."""
        return any(self.get(name) != self.previous.get(name) for name in names)

    def lower_name(self, length: int = 60) -> str:
        """The generated name for services that want small letters."""
        return re.sub(r"[^a-z0-9-]", "", self.name.lower())[-length:].strip("-")

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{self.region}:{self.account}:{resource}"


class Provider:
    """Base of all resource types. An update that changes one of `replaced_by` makes a new resource."""

    replaced_by: tuple[str, ...] = ()
    # Everything but tags cannot be changed in place.
    always_replaced = False

    def create(self, r: Request) -> Made:
        raise NotImplementedError

    def update(self, r: Request, identifier: str) -> Made | None:
        """Changes in place; None where id and attributes stay."""
        raise Failed(f"updates of {type(self).__name__} are not supported")

    def delete(self, r: Request, identifier: str) -> None:
        raise NotImplementedError

    def replaces(self, name: str) -> bool:
        """Whether a change of this property means another resource."""
        return name in self.replaced_by or (self.always_replaced and name != "Tags")


providers: dict[str, Provider] = {}
P = TypeVar("P", bound=type[Provider])


def resource(*types: str) -> Callable[[P], P]:
    """Registers a provider for resource types."""

    def register(provider: P) -> P:
        for name in types:
            providers[name] = provider()
        return provider

    return register


_DYNAMIC = re.compile(r"\{\{resolve:(secretsmanager|ssm|ssm-secure):([^}]+)\}\}")


def resolved(value: Any, region: str) -> Any:
    """Dynamic references replaced by what they refer to; one that cannot be resolved is an error."""
    if isinstance(value, dict):
        return {key: resolved(item, region) for key, item in value.items()}
    if isinstance(value, list):
        return [resolved(item, region) for item in value]
    if not isinstance(value, str) or "{{resolve:" not in value:
        return value

    def one(match: re.Match[str]) -> str:
        kind, rest = match.groups()
        if kind != "secretsmanager":
            name = rest.split(":")[0]
            return call("ssm", region, "GetParameter", {"Name": name, "WithDecryption": True})["Parameter"][
                "Value"
            ]
        secret, _, tail = rest.partition(":SecretString:")
        text = call("secretsmanager", region, "GetSecretValue", {"SecretId": secret})["SecretString"]
        key = tail.split(":")[0]
        return str(json.loads(text)[key]) if key else text

    return _DYNAMIC.sub(one, value)
