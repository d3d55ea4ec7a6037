"""Templates: parameters, conditions, intrinsic functions, and which resource needs which."""

import base64
import ipaddress
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import yaml
from moto.cloudformation.utils import yaml_tag_constructor

from cloudformation.calls import call
from cloudformation.provider import Failed

_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


def parse(text: str | dict[str, Any]) -> dict[str, Any]:
    """A template from JSON, or from YAML with its short forms."""
    if isinstance(text, dict):
        return text
    if text.lstrip().startswith("{"):
        return json.loads(text)
    yaml.add_multi_constructor("", yaml_tag_constructor)
    return yaml.load(text, Loader=yaml.Loader)


class NoValue(Exception):
    """`AWS::NoValue`: the property is as if it were not there."""


@dataclass
class Scope:
    """What a template's expressions can refer to."""

    template: dict[str, Any]
    account: str
    region: str
    stack_id: str
    stack_name: str
    parameters: dict[str, Any]
    # Ref and GetAtt of resources that exist by now.
    reference: Callable[[str], Any]
    attribute: Callable[[str, str], Any]
    exports: Callable[[], dict[str, str]]
    # Output of another stack: (stack name, output, region) → value.
    stack_output: Callable[[str, str, str], str]
    conditions: dict[str, bool] = field(default_factory=dict)

    def condition(self, name: str) -> bool:
        if name not in self.conditions:
            self.conditions[name] = bool(self.evaluate(self.template["Conditions"][name]))
        return self.conditions[name]

    def ref(self, name: str) -> Any:
        pseudo = {
            "AWS::AccountId": self.account,
            "AWS::Region": self.region,
            "AWS::StackId": self.stack_id,
            "AWS::StackName": self.stack_name,
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::Partition": "aws",
            "AWS::NotificationARNs": [],
        }
        if name == "AWS::NoValue":
            raise NoValue
        if name in pseudo:
            return pseudo[name]
        if name in self.parameters:
            return self.parameters[name]
        return self.reference(name)

    def evaluate(self, value: Any) -> Any:
        """A value with all its intrinsic functions worked out."""
        if isinstance(value, list):
            return list(self._items(value))
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            [(name, argument)] = value.items()
            if name == "Ref":
                return self.ref(argument)
            if name == "Condition" and isinstance(argument, str):
                return self.condition(argument)
            if name.startswith("Fn::"):
                return self._function(name[4:], argument)
        result = {}
        for key, item in value.items():
            try:
                result[key] = self.evaluate(item)
            except NoValue:
                continue
        return result

    def _items(self, values: list[Any]) -> Iterator[Any]:
        for item in values:
            try:
                yield self.evaluate(item)
            except NoValue:
                continue

    def _function(self, name: str, argument: Any) -> Any:
        if name == "If":
            condition, yes, no = argument
            return self.evaluate(yes if self.condition(condition) else no)
        if name == "GetAtt":
            logical, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
            return self.attribute(logical, self.evaluate(attribute))
        if name == "Sub":
            return self._substitute(argument)
        given = self.evaluate(argument)
        match name:
            case "Join":
                return given[0].join(str(item) for item in given[1])
            case "Split":
                return given[1].split(given[0])
            case "Select":
                return given[1][int(given[0])]
            case "Equals":
                return str(given[0]) == str(given[1])
            case "And":
                return all(given)
            case "Or":
                return any(given)
            case "Not":
                return not given[0]
            case "FindInMap":
                return self.template["Mappings"][given[0]][given[1]][given[2]]
            case "GetAZs":
                # Zones, by the names that DescribeAvailabilityZones answers.
                zones = call("ec2", given or self.region, "DescribeAvailabilityZones", {})[
                    "AvailabilityZones"
                ]
                return [zone["ZoneName"] for zone in zones]
            case "Base64":
                return base64.b64encode(given.encode()).decode()
            case "Cidr":
                block, count, bits = ipaddress.ip_network(given[0]), int(given[1]), int(given[2])
                return [str(net) for net in islice(block.subnets(new_prefix=32 - bits), count)]
            case "ToJsonString":
                return json.dumps(given)
            case "Length":
                return len(given)
            case "ImportValue":
                exports = self.exports()
                if given not in exports:
                    raise Failed(f"No export named {given} found.")
                return exports[given]
            case "GetStackOutput":
                return self.stack_output(
                    given["StackName"], given["OutputName"], given.get("Region") or self.region
                )
        raise Failed(f"Template error: unknown function Fn::{name}")

    def _substitute(self, argument: Any) -> str:
        text, variables = argument if isinstance(argument, list) else (argument, {})

        def one(match: re.Match[str]) -> str:
            name = match.group(1).strip()
            if name in variables:
                return str(self.evaluate(variables[name]))
            return str(self.attribute(*name.split(".", 1)) if "." in name else self.ref(name))

        return _VARIABLE.sub(one, text).replace("${!", "${")


def parameters_of(template: dict[str, Any], given: dict[str, Any], region: str) -> dict[str, Any]:
    """Values of a template's parameters: given, or their defaults; those in Parameter Store looked up."""
    values: dict[str, Any] = {}
    for name, declared in template.get("Parameters", {}).items():
        value = given.get(name, declared.get("Default"))
        kind = declared.get("Type", "String")
        if value is None:
            raise Failed(f"Parameters: [{name}] must have values")
        if kind.startswith("AWS::SSM::Parameter::Value"):
            value = call("ssm", region, "GetParameter", {"Name": value})["Parameter"]["Value"]
        if "List" in kind and isinstance(value, str):
            value = value.split(",")
        values[name] = value
    return values


def references_in(value: Any) -> Iterator[str]:
    """Names that an expression refers to: resources, parameters and pseudo parameters."""
    if isinstance(value, list):
        for item in value:
            yield from references_in(item)
    elif isinstance(value, dict):
        for key, item in value.items():
            if key == "Ref" and isinstance(item, str):
                yield item
            elif key == "Fn::GetAtt":
                yield item.split(".")[0] if isinstance(item, str) else item[0]
            elif key == "Fn::Sub":
                text, variables = item if isinstance(item, list) else (item, {})
                yield from (name.split(".")[0] for name in _VARIABLE.findall(text))
                yield from references_in(variables)
            else:
                yield from references_in(item)


def creation_order(resources: dict[str, Any]) -> list[str]:
    """Logical ids, each after those that it refers to or depends on; a circle is an error."""
    needs: dict[str, list[str]] = {}
    for name, spec in resources.items():
        depends = spec.get("DependsOn", [])
        named = [depends] if isinstance(depends, str) else depends
        referred = references_in(spec.get("Properties", {}))
        needs[name] = [other for other in [*named, *referred] if other in resources and other != name]
    ordered: list[str] = []
    path: list[str] = []

    def visit(name: str) -> None:
        if name in ordered:
            return
        if name in path:
            raise Failed(f"Circular dependency between resources: {path[path.index(name) :]}")
        path.append(name)
        for other in needs[name]:
            visit(other)
        path.pop()
        ordered.append(name)

    for name in resources:
        visit(name)
    return ordered
