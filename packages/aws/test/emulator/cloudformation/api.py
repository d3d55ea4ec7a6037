"""Puts our engine behind moto's CloudFormation API, and adds the calls that moto lacks."""

import re
from datetime import datetime, timezone
from typing import Any

from moto.cloudformation import models, responses, utils
from moto.core.responses import ActionResult, EmptyResult

from behaviour import behaviour
from cloudformation.stacks import Backend, ResourceAnswer, Stack

_template_from_url = utils.get_stack_from_s3_url


def install() -> None:
    """Replaces the parts of moto that our engine stands for."""
    models.Stack = Stack
    models.cloudformation_backends.backend = Backend
    models.cloudformation_backends.clear()
    responses.StackResourceDTO = ResourceAnswer
    for module in (utils, models, responses):
        if hasattr(module, "get_stack_from_s3_url"):
            module.get_stack_from_s3_url = template_from_url
    for name, method in vars(Calls).items():
        if not name.startswith("_"):
            setattr(responses.CloudFormationResponse, name, method)


def template_from_url(template_url: str, **where: Any) -> str:
    """moto only knows the host `localhost` as its own S3."""
    url = re.sub(r"^https?://127\.0\.0\.1(:\d+)?/", "http://localhost/", template_url)
    return _template_from_url(url, **where)


class Calls:
    """Methods of moto's `CloudFormationResponse`: one for each call of the API."""

    def list_stack_resources(self: Any) -> ActionResult:
        stack, resources = self.cloudformation_backend.list_stack_resources(self._get_param("StackName"))
        return ActionResult({"StackResourceSummaries": [ResourceAnswer(stack, r) for r in resources]})

    def describe_stack_resource(self: Any) -> ActionResult:
        stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
        logical_id = self._get_param("LogicalResourceId")
        found = stack.engine.resources.get(logical_id)
        if found is None:
            message = f"Resource {logical_id} does not exist for stack {stack.name}"
            raise models.ValidationError(message=message)
        return ActionResult({"StackResourceDetail": ResourceAnswer(stack, found)})

    def describe_stack_resources(self: Any) -> ActionResult:
        stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
        logical_id = self._get_param("LogicalResourceId")
        found = [r for r in stack.stack_resources if logical_id in (None, r.logical_id)]
        return ActionResult({"StackResources": [ResourceAnswer(stack, r) for r in found]})

    def update_termination_protection(self: Any) -> ActionResult:
        stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
        stack.enable_termination_protection = self._get_bool_param("EnableTerminationProtection", False)
        return ActionResult({"StackId": stack.stack_id})

    def continue_update_rollback(self: Any) -> ActionResult:
        """What failed to roll back is taken as done; the template is the earlier one already."""
        stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
        if stack.status != "UPDATE_ROLLBACK_FAILED":
            message = f"Stack:{stack.stack_id} is in {stack.status} state and can not be rolled back."
            raise models.ValidationError(message=message)
        stack.become("UPDATE_ROLLBACK_IN_PROGRESS")
        stack.become("UPDATE_ROLLBACK_COMPLETE")
        return EmptyResult()

    def cancel_update_stack(self: Any) -> ActionResult:
        """Ends a change in the background before its next resource; it is rolled back."""
        stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
        if stack.status != "UPDATE_IN_PROGRESS":
            message = "CancelUpdateStack cannot be called from current stack status"
            raise models.ValidationError(message=message)
        stack.engine.cancelled = True
        return EmptyResult()

    def describe_account_limits(self: Any) -> ActionResult:
        limits = {"StackLimit": 2000, "StackOutputsLimit": 200, "ConcurrentResourcesLimit": 2500}
        return ActionResult(
            {"AccountLimits": [{"Name": name, "Value": value} for name, value in limits.items()]}
        )

    def detect_stack_drift(self: Any) -> ActionResult:
        """What has drifted is what the test says: nothing is compared."""
        stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
        return ActionResult({"StackDriftDetectionId": stack.stack_id})

    def describe_stack_drift_detection_status(self: Any) -> ActionResult:
        identifier = self._get_param("StackDriftDetectionId")
        stack = self.cloudformation_backend.get_stack(identifier)
        drifted = [name for name in stack.engine.resources if name in behaviour.drifted]
        answer = {
            "StackId": stack.stack_id,
            "StackDriftDetectionId": identifier,
            "DetectionStatus": "DETECTION_COMPLETE",
            "StackDriftStatus": "DRIFTED" if drifted else "IN_SYNC",
            "DriftedStackResourceCount": len(drifted),
            "Timestamp": datetime.now(timezone.utc),
        }
        return ActionResult(answer)

    def describe_stack_resource_drifts(self: Any) -> ActionResult:
        stack = self.cloudformation_backend.get_stack(self._get_param("StackName"))
        wanted = self._get_param("StackResourceDriftStatusFilters", [])
        drifts = [
            {
                "StackId": stack.stack_id,
                "LogicalResourceId": name,
                "PhysicalResourceId": resource.identifier,
                "ResourceType": resource.type,
                "StackResourceDriftStatus": "MODIFIED" if name in behaviour.drifted else "IN_SYNC",
                "PropertyDifferences": [],
                "Timestamp": datetime.now(timezone.utc),
            }
            for name, resource in stack.engine.resources.items()
        ]
        shown = [drift for drift in drifts if not wanted or drift["StackResourceDriftStatus"] in wanted]
        return ActionResult({"StackResourceDrifts": shown})
