"""moto's CloudFormation API on top of our engine: stacks, change sets, and what can be asked about them."""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime, timezone
from typing import Any

from moto.cloudformation import models, utils
from moto.cloudformation.exceptions import ValidationError

from behaviour import behaviour
from cloudformation.change_sets import ChangeSet
from cloudformation.engine import Engine, Resource
from cloudformation.provider import Failed, providers
from cloudformation.template import NoValue, Scope, parameters_of, parse

# States in which a stack takes an update.
UPDATABLE = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
)


class Stack(models.Stack):
    """A stack whose resources our engine holds."""

    engine: Engine
    # Held by whoever changes the stack.
    busy: threading.Lock

    def _create_resource_map(self) -> None:
        # Called by moto's constructor in place of working out the resources.
        self.output_values: list[dict[str, Any]] = []
        self.export_values: dict[str, str] = {}
        self.resolved: dict[str, Any] = {}
        self.stack_status_reason: str | None = None
        self.last_updated_time: datetime | None = None
        self.busy = threading.Lock()
        self.engine = Engine(self.name, self.account_id, self.region_name, self.report)

    def _create_output_map(self) -> None:
        return None

    @property
    def outputs(self) -> list[dict[str, Any]] | None:
        return self.output_values or None

    @property
    def exports(self) -> list[models.Export]:
        return [models.Export(self.stack_id, name, value) for name, value in self.export_values.items()]

    @property
    def stack_parameters(self) -> dict[str, Any]:
        declared = self.template_dict.get("Parameters", {})
        return {name: self.parameters.get(name, spec.get("Default")) for name, spec in declared.items()}

    @property
    def parameter_list(self) -> list[dict[str, Any]]:
        listed = []
        for name, value in self.stack_parameters.items():
            entry = {"ParameterKey": name, "ParameterValue": value}
            if self.resolved.get(name, value) != value:
                entry["ResolvedValue"] = self.resolved[name]
            listed.append(entry)
        return listed

    @property
    def stack_resources(self) -> list[Resource]:
        return list(self.engine.resources.values())

    def report(self, logical_id: str, identifier: str, kind: str, status: str, reason: str | None) -> None:
        event = models.Event(self.stack_id, self.name, logical_id, identifier, kind, status, reason, None)
        self.events.append(event)

    def become(self, status: str, reason: str | None = None) -> None:
        """Changes the stack's own state, with its event."""
        self.status = status
        self.stack_status_reason = reason
        self._add_stack_event(status, resource_status_reason=reason)

    def do(self, work: Callable[[], None]) -> None:
        """At once, unless resources take time: then as on AWS, the call returns and the work goes on."""

        def alone() -> None:
            with self.busy:
                work()

        if behaviour.secondsPerResource or self.busy.locked():
            threading.Thread(target=alone, daemon=True).start()
        else:
            alone()

    def change(
        self, template: Any, parameters: dict[str, Any], tags: dict[str, str] | None, kind: str
    ) -> None:
        """Creates or updates the stack; whatever fails is rolled back. Returns when it is done."""
        before = (self.template, self.template_dict, self.parameters, self.tags)
        self.template, self.template_dict = template, parse(template)
        self.description = self.template_dict.get("Description")
        self.parameters = parameters
        self.tags = tags if tags is not None else self.tags
        if kind == "UPDATE":
            self.last_updated_time = datetime.now(timezone.utc)
        try:
            self.resolved = parameters_of(self.template_dict, parameters, self.region_name)
            scope = self.scope()
            self.engine.apply(self.template_dict, scope)
            outputs = self.evaluate_outputs(scope)
        except (Failed, NoValue, LookupError, TypeError) as error:
            self.roll_back(kind, f"The following resource(s) failed to {kind.lower()}: {error}. ", before)
            return
        self.output_values, self.export_values = outputs
        if self.engine.leaving:
            self.become("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
            self.engine.finish()
        self.become(f"{kind}_COMPLETE")

    def roll_back(self, kind: str, reason: str, before: tuple[Any, ...]) -> None:
        prefix = "ROLLBACK" if kind == "CREATE" else "UPDATE_ROLLBACK"
        self.become(f"{prefix}_IN_PROGRESS", reason)
        if kind == "UPDATE":
            self.template, self.template_dict, self.parameters, self.tags = before
        try:
            self.engine.roll_back()
        except Failed as error:
            self.become(f"{prefix}_FAILED", f"The following resource(s) failed to roll back: {error}")
            return
        self.become(f"{prefix}_COMPLETE", reason)

    def remove(self) -> bool:
        """Deletes all resources; False when one of them would not go."""
        try:
            self.engine.delete_all()
        except Failed as error:
            self.become("DELETE_FAILED", str(error))
            return False
        self.become("DELETE_COMPLETE")
        return True

    def scope(self) -> Scope:
        backend = models.cloudformation_backends[self.account_id]

        def stack_output(name: str, output: str, region: str) -> str:
            for stack in backend[region].stacks.values():
                if name in (stack.name, stack.stack_id):
                    for entry in stack.output_values:
                        if entry["OutputKey"] == output:
                            return entry["OutputValue"]
                    raise Failed(f"Fn::GetStackOutput: stack {name} has no output {output}")
            raise Failed(f"Fn::GetStackOutput: stack {name} does not exist in {region}")

        def exports() -> dict[str, str]:
            stacks = backend[self.region_name].stacks.values()
            return {name: value for stack in stacks for name, value in stack.export_values.items()}

        return Scope(
            self.template_dict,
            self.account_id,
            self.region_name,
            self.stack_id,
            self.name,
            self.resolved,
            self.engine.reference,
            self.engine.attribute,
            exports,
            stack_output,
        )

    def evaluate_outputs(self, scope: Scope) -> tuple[list[dict[str, Any]], dict[str, str]]:
        outputs: list[dict[str, Any]] = []
        exports: dict[str, str] = {}
        for name, spec in self.template_dict.get("Outputs", {}).items():
            if "Condition" in spec and not scope.condition(spec["Condition"]):
                continue
            value = str(scope.evaluate(spec["Value"]))
            export = scope.evaluate(spec["Export"]["Name"]) if "Export" in spec else None
            if export is not None:
                exports[export] = value
            outputs.append(
                {
                    "OutputKey": name,
                    "OutputValue": value,
                    "Description": spec.get("Description"),
                    "ExportName": export,
                }
            )
        return outputs, exports


class Backend(models.CloudFormationBackend):
    """The CloudFormation of one account and region."""

    # moto looks for the URLs of a service beside its backend's class.
    __module__ = models.__name__

    def find(self, name_or_id: str) -> Stack | None:
        return next((s for s in self.stacks.values() if name_or_id in (s.name, s.stack_id)), None)

    def list_exports(self, tokenstr: str | None) -> tuple[list[models.Export], None]:
        return [export for stack in self.stacks.values() for export in stack.exports], None

    def create_stack(self, name: str, template: Any, parameters: dict[str, Any], **options: Any) -> Stack:
        if self.find(name):
            raise models.AlreadyExistsException(f"Stack [{name}] already exists")
        must_be_known(template)
        stack = self._new_stack(name, template, parameters, **options)
        stack.become("CREATE_IN_PROGRESS", "User Initiated")
        stack.do(lambda: stack.change(template, parameters, None, "CREATE"))
        return stack

    def _new_stack(self, name: str, template: Any, parameters: dict[str, Any], **options: Any) -> Stack:
        stack_id = utils.generate_stack_id(name, self.region_name, self.account_id)
        stack = Stack(stack_id, name, template, parameters, self.account_id, self.region_name, **options)
        self.stacks[stack_id] = stack
        return stack

    def update_stack(
        self, name: str, template: Any, role_arn: str | None, parameters: Any, tags: dict[str, str] | None
    ) -> Stack:
        stack = self.get_stack(name)
        must_be_updatable(stack)
        must_be_known(template)
        given = self._resolve_update_parameters(stack, parameters)
        if parse(template) == stack.template_dict and given == stack.parameters:
            raise ValidationError(message="No updates are to be performed.")
        stack.become("UPDATE_IN_PROGRESS", "User Initiated")
        stack.do(lambda: stack.change(template, given, tags, "UPDATE"))
        return stack

    def _resolve_update_parameters(self, instance: Stack, incoming_params: Any) -> dict[str, Any]:
        known = instance.stack_parameters
        return {
            p["ParameterKey"]: known[p["ParameterKey"]] if p.get("UsePreviousValue") else p["ParameterValue"]
            for p in incoming_params
        }

    def delete_stack(self, name_or_stack_id: str) -> None:
        stack = self.find(name_or_stack_id)
        if stack is None:
            return
        if stack.enable_termination_protection:
            message = f"Stack [{stack.name}] cannot be deleted while TerminationProtection is enabled"
            raise ValidationError(message=message)
        if stack.status.endswith("_IN_PROGRESS") and stack.status not in (
            "CREATE_IN_PROGRESS",
            "REVIEW_IN_PROGRESS",
        ):
            message = f"Stack [{stack.stack_id}] cannot be deleted while in status {stack.status}"
            raise ValidationError(message=message)
        stack.become("DELETE_IN_PROGRESS", "User Initiated")

        def remove() -> None:
            if stack.remove():
                self.stacks.pop(stack.stack_id, None)
                self.deleted_stacks[stack.stack_id] = stack
                for key in [key for key, c in self.change_sets.items() if c.stack_id == stack.stack_id]:
                    del self.change_sets[key]

        stack.engine.cancelled = True
        stack.do(remove)

    def create_change_set(
        self, stack_name: str, change_set_name: str, template: Any, parameters: dict[str, Any], **options: Any
    ) -> tuple[str, str]:
        must_be_known(template)
        kind = options.pop("change_set_type")
        description = options.pop("description")
        stack = self.find(stack_name)
        if kind == "CREATE":
            if stack is not None and stack.status != "REVIEW_IN_PROGRESS":
                raise ValidationError(
                    message=f"Stack [{stack_name}] already exists and cannot be created again."
                )
            if stack is None:
                stack = self._new_stack(stack_name, {}, parameters, **options)
                stack.become("REVIEW_IN_PROGRESS", "User Initiated")
        else:
            if stack is None:
                raise ValidationError(stack_name)
            must_be_updatable(stack)
        identifier = utils.generate_changeset_id(change_set_name, self.region_name, self.account_id)
        change_set = ChangeSet(
            kind, identifier, change_set_name, stack, template, parameters, description, **options
        )
        self.change_sets[identifier] = change_set
        return identifier, stack.stack_id

    def find_change_set(self, name: str, stack_name: str | None = None) -> ChangeSet | None:
        stack_name = stack_name or requested_stack()
        found = [
            c
            for c in self.change_sets.values()
            if name in (c.change_set_id, c.change_set_name)
            and (not stack_name or stack_name in (c.stack_name, c.stack_id))
        ]
        return found[-1] if found else None

    def describe_change_set(self, change_set_name: str) -> ChangeSet:
        change_set = self.find_change_set(change_set_name)
        if change_set is None:
            error = ValidationError(message=f"ChangeSet [{change_set_name}] does not exist")
            error.code = "ChangeSetNotFound"
            raise error
        return change_set

    def delete_change_set(self, change_set_name: str) -> None:
        change_set = self.find_change_set(change_set_name)
        if change_set is not None:
            del self.change_sets[change_set.change_set_id]

    def list_change_sets(self) -> Iterable[ChangeSet]:
        name = requested_stack()
        return [c for c in self.change_sets.values() if name is None or name in (c.stack_name, c.stack_id)]

    def execute_change_set(self, change_set_name: str, stack_name: str | None = None) -> None:
        change_set = self.find_change_set(change_set_name, stack_name)
        if change_set is None:
            raise ValidationError(message=f"ChangeSet [{change_set_name}] does not exist")
        stack = change_set.stack
        kind = change_set.change_set_type
        if kind == "UPDATE":
            must_be_updatable(stack)
        stack.become(f"{kind}_IN_PROGRESS", "User Initiated")
        change_set.execution_status = "EXECUTE_COMPLETE"
        stack.do(lambda: stack.change(change_set.template, change_set.parameters, change_set.tags, kind))


class ResourceAnswer:
    """One of a stack's resources as the API describes it."""

    def __init__(self, stack: Stack, resource: Resource) -> None:
        self.stack_id = stack.stack_id
        self.stack_name = stack.name
        self.logical_resource_id = resource.logical_id
        self.physical_resource_id = resource.identifier
        self.resource_type = resource.type
        self.resource_status = resource.status
        self.timestamp = self.last_updated_timestamp = resource.timestamp


def must_be_updatable(stack: Stack) -> None:
    if stack.status not in UPDATABLE:
        message = f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated."
        raise ValidationError(message=message)


def must_be_known(template: Any) -> None:
    """Refuses a template with a resource type that nobody wrote a provider for."""
    kinds = {spec["Type"] for spec in parse(template).get("Resources", {}).values()}
    unknown = sorted(kinds - set(providers))
    if unknown:
        raise ValidationError(message=f"Template format error: Unrecognized resource types: {unknown}")


def requested_stack() -> str | None:
    """StackName of the request in hand: names of change sets are per stack."""
    from flask import has_request_context, request

    return request.values.get("StackName") if has_request_context() else None
