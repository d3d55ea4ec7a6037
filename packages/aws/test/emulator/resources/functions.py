"""Lambda functions, and the custom resources that they handle."""

import io
import json
import queue
import uuid
import zipfile
from typing import Any

from cloudformation.calls import client
from cloudformation.provider import Failed, Made, Provider, Request, resource

# Answers to custom resources' requests that are waited for, by the token in their address.
answers: dict[str, "queue.Queue[dict[str, Any]]"] = {}


@resource("AWS::Lambda::Function")
class Function(Provider):
    replaced_by = ("FunctionName", "PackageType")

    def code(self, r: Request) -> dict[str, Any]:
        """Source in the template, as the file that Lambda makes of it."""
        code = dict(r.get("Code"))
        if "ZipFile" in code:
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                archive.writestr("index.js", code["ZipFile"])
            code["ZipFile"] = packed.getvalue()
        return code

    def create(self, r: Request) -> Made:
        name = r.get("FunctionName", r.name[-64:])
        given = {**r.properties, "FunctionName": name, "Code": self.code(r)}
        return name, {"Arn": r.api("lambda", "CreateFunction", **given)["FunctionArn"]}

    def update(self, r: Request, identifier: str) -> None:
        r.api("lambda", "UpdateFunctionCode", FunctionName=identifier, **self.code(r))
        given = r.without("Code", "FunctionName", "Tags")
        r.api("lambda", "UpdateFunctionConfiguration", FunctionName=identifier, **given)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("lambda", "DeleteFunction", FunctionName=identifier)


@resource("AWS::Lambda::Permission")
class Permission(Provider):
    always_replaced = True

    def create(self, r: Request) -> Made:
        identifier = r.name[-100:]
        r.api("lambda", "AddPermission", **r.properties, StatementId=identifier)
        return identifier, {"Id": identifier}

    def delete(self, r: Request, identifier: str) -> None:
        r.api("lambda", "RemovePermission", FunctionName=r.get("FunctionName"), StatementId=identifier)


@resource(
    "Custom::S3AutoDeleteObjects", "Custom::VpcRestrictDefaultSG", "AWS::CloudFormation::CustomResource"
)
class CustomResource(Provider):
    """Asks its function, and waits for the function's answer.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html"""

    def ask(self, r: Request, kind: str, identifier: str | None = None) -> Made:
        endpoint = client("lambda", r.region).meta.endpoint_url
        token = uuid.uuid4().hex
        answers[token] = queue.Queue()
        event = {
            "RequestType": kind,
            "ServiceToken": r.get("ServiceToken"),
            "ResponseURL": f"{endpoint}/emulator/answer/{token}",
            "StackId": r.arn("cloudformation", f"stack/{r.name}"),
            "RequestId": token,
            "LogicalResourceId": r.name,
            "ResourceType": "AWS::CloudFormation::CustomResource",
            "ResourceProperties": r.properties,
            "OldResourceProperties": r.previous or None,
            "PhysicalResourceId": identifier,
        }
        event = {name: value for name, value in event.items() if value is not None}
        given = {"FunctionName": r.get("ServiceToken"), "Payload": json.dumps(event)}
        invoked = client("lambda", r.region).invoke(**given)
        try:
            answer = answers[token].get(timeout=1)
        except queue.Empty:
            said = invoked["Payload"].read().decode()
            raise Failed(f"the function did not answer: {said}") from None
        finally:
            del answers[token]
        if answer["Status"] != "SUCCESS":
            raise Failed(f"Received response status [FAILED] from custom resource. {answer.get('Reason')}")
        return answer["PhysicalResourceId"], answer.get("Data") or {}

    def create(self, r: Request) -> Made:
        return self.ask(r, "Create")

    def update(self, r: Request, identifier: str) -> Made:
        made = self.ask(r, "Update", identifier)
        if made[0] != identifier:
            self.ask(Request(r.previous, r.name, r.account, r.region), "Delete", identifier)
        return made

    def delete(self, r: Request, identifier: str) -> None:
        self.ask(r, "Delete", identifier)


@resource("AWS::CDK::Metadata")
class Metadata(Provider):
    """What CDK says about itself; nobody reads it."""

    def create(self, r: Request) -> Made:
        return r.name, {}

    def update(self, r: Request, identifier: str) -> None:
        return None

    def delete(self, r: Request, identifier: str) -> None:
        return None
