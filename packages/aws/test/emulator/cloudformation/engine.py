"""Takes a stack's resources from what they are to what a template says, and back when that fails."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import Any

from behaviour import behaviour
from cloudformation.provider import Failed, Made, Properties, Provider, Request, providers
from cloudformation.template import NoValue, Scope, creation_order

# An event: logical id, physical id, type, status, reason.
Report = Callable[[str, str, str, str, str | None], None]
RETAINED = ("Retain", "RetainExceptOnCreate")


@dataclass
class Resource:
    """A resource that exists."""

    logical_id: str
    type: str
    identifier: str
    attributes: dict[str, Any]
    properties: Properties
    deletion_policy: str
    replace_policy: str
    status: str = "CREATE_COMPLETE"
    timestamp: datetime = field(default_factory=lambda: datetime.now(timezone.utc))


class Engine:
    """The resources of one stack, in the order in which they were made."""

    def __init__(self, stack_name: str, account: str, region: str, report: Report) -> None:
        self.stack_name = stack_name
        self.account = account
        self.region = region
        self.report = report
        self.resources: dict[str, Resource] = {}
        # How to take back what the change in hand has done, last first.
        self.undo: list[Callable[[], None]] = []
        # What goes once the change has succeeded.
        self.leaving: list[Resource] = []
        self.rolling_back = False
        # Set from outside: what has not begun yet does not begin.
        self.cancelled = False

    def reference(self, name: str) -> Any:
        if name not in self.resources:
            raise Failed(f"Template format error: Unresolved resource dependencies [{name}]")
        return self.resources[name].identifier

    def attribute(self, name: str, attribute: str) -> Any:
        if name not in self.resources:
            raise Failed(f"Template error: instance of Fn::GetAtt references undefined resource {name}")
        attributes = self.resources[name].attributes
        if attribute not in attributes:
            raise Failed(
                f"Requested attribute {attribute} does not exist in schema for {self.resources[name].type}"
            )
        return attributes[attribute]

    def apply(self, template: dict[str, Any], scope: Scope) -> None:
        """Creates and updates; raises at the first failure, after which `roll_back` undoes it all."""
        self.undo, self.leaving, self.cancelled = [], [], False
        declared = {
            name: spec
            for name, spec in template.get("Resources", {}).items()
            if "Condition" not in spec or scope.condition(spec["Condition"])
        }
        for spec in declared.values():
            provider_of(spec["Type"])
        for name in creation_order(declared):
            self._step(name, declared[name], scope)
        gone = [resource for name, resource in self.resources.items() if name not in declared]
        self.leaving += gone

    def finish(self) -> None:
        """Deletes what the change replaced or removed; a failure here is reported and fails nothing."""
        for resource in reversed(self.leaving):
            if self.resources.get(resource.logical_id) is resource:
                del self.resources[resource.logical_id]
                policy = resource.deletion_policy
            else:
                policy = resource.replace_policy
            try:
                self._delete(resource, policy)
            except Failed:
                continue
        self.undo, self.leaving = [], []

    def roll_back(self) -> None:
        """Undoes what `apply` did up to its failure."""
        self.rolling_back = True
        try:
            for step in reversed(self.undo):
                step()
        finally:
            self.rolling_back = False
            self.undo, self.leaving = [], []

    def delete_all(self) -> None:
        """Deletes the stack's resources, last made first. Raises with what could not be deleted."""
        failed: list[str] = []
        for resource in reversed(list(self.resources.values())):
            try:
                self._delete(resource, resource.deletion_policy)
                del self.resources[resource.logical_id]
            except Failed:
                failed.append(resource.logical_id)
        if failed:
            raise Failed(f"The following resource(s) failed to delete: [{', '.join(failed)}]. ")

    def _step(self, name: str, spec: dict[str, Any], scope: Scope) -> None:
        if self.cancelled:
            self.report(name, "", spec["Type"], "CREATE_FAILED", "Resource creation cancelled")
            raise Failed(f"[{name}]")
        try:
            properties = scope.evaluate(spec.get("Properties", {}))
        except (Failed, NoValue, LookupError, TypeError) as error:
            self.report(name, "", spec["Type"], "CREATE_FAILED", str(error))
            raise Failed(f"[{name}]: {error}") from error
        policy = scope.evaluate(spec.get("DeletionPolicy", default_policy(spec["Type"], properties)))
        wanted = Resource(
            name, spec["Type"], "", {}, properties, policy, spec.get("UpdateReplacePolicy", policy)
        )
        existing = self.resources.get(name)
        if existing is None:
            self._create(wanted)
        elif existing.type != wanted.type:
            self._create(wanted, instead_of=existing)
        elif existing.properties == properties:
            existing.deletion_policy, existing.replace_policy = wanted.deletion_policy, wanted.replace_policy
        elif any(provider_of(wanted.type).replaces(key) for key in changes(existing.properties, properties)):
            self._create(wanted, instead_of=existing)
        else:
            self._update(existing, wanted)

    def _request(self, resource: Resource, **more: Any) -> Request:
        suffix = uuid.uuid4().hex[:12]
        return Request(
            resource.properties,
            f"{self.stack_name}-{resource.logical_id}-{suffix}",
            self.account,
            self.region,
            rolling_back=self.rolling_back,
            **more,
        )

    def _create(self, wanted: Resource, instead_of: Resource | None = None) -> None:
        verb = "CREATE" if instead_of is None else "UPDATE"

        def create() -> Made:
            if wanted.type in behaviour.failCreation:
                raise Failed("Creation made to fail by the test")
            return provider_of(wanted.type).create(self._request(wanted))

        wanted.identifier, wanted.attributes = self._do(wanted, verb, create)
        wanted.status = f"{verb}_COMPLETE"
        if instead_of is not None:
            self.leaving.append(instead_of)
        self.resources.pop(wanted.logical_id, None)
        self.resources[wanted.logical_id] = wanted

        def undo() -> None:
            self._delete(
                wanted,
                "Delete" if wanted.deletion_policy == "RetainExceptOnCreate" else wanted.deletion_policy,
            )
            self.resources.pop(wanted.logical_id)
            if instead_of is not None:
                self.resources[wanted.logical_id] = instead_of

        self.undo.append(undo)

    def _update(self, existing: Resource, wanted: Resource) -> None:
        before = replace(existing)

        def back() -> None:
            if existing.properties == before.properties and existing.status != "UPDATE_FAILED":
                return
            undone = replace(before)
            self._do(undone, "UPDATE", lambda: self._change(undone, existing.identifier, wanted.properties))
            self.resources[existing.logical_id] = replace(undone, status="UPDATE_COMPLETE")

        self.undo.append(back)

        def change() -> Made | None:
            if wanted.type in behaviour.failUpdate:
                raise Failed("Update made to fail by the test")
            return self._change(wanted, existing.identifier, existing.properties)

        wanted.identifier, wanted.attributes = existing.identifier, existing.attributes
        try:
            made = self._do(wanted, "UPDATE", change)
        except Failed:
            existing.status = "UPDATE_FAILED"
            raise
        if made is not None:
            wanted.identifier, wanted.attributes = made
        existing.__dict__.update(replace(wanted, status="UPDATE_COMPLETE").__dict__)

    def _change(self, wanted: Resource, identifier: str, previous: Properties) -> Made | None:
        made = provider_of(wanted.type).update(self._request(wanted, previous=previous), identifier)
        if made is not None:
            wanted.identifier, wanted.attributes = made
        return made

    def _delete(self, resource: Resource, policy: str) -> None:
        if policy in RETAINED:
            self._report(resource, "DELETE_SKIPPED")
            return

        def delete() -> None:
            if resource.type in behaviour.failDeletion:
                raise Failed("Deletion made to fail by the test")
            try:
                provider_of(resource.type).delete(self._request(resource, policy=policy), resource.identifier)
            except Exception as error:
                # What is gone already needs no deletion.
                if not is_missing(error):
                    raise

        self._do(resource, "DELETE", delete)

    def _do(self, resource: Resource, verb: str, action: Callable[[], Any]) -> Any:
        """Runs an action with the events before and after it; whatever it raises becomes `Failed`."""
        self._report(resource, f"{verb}_IN_PROGRESS")
        if behaviour.secondsPerResource:
            time.sleep(behaviour.secondsPerResource)
        try:
            made = action()
        except Exception as error:
            reason = str(error) if isinstance(error, Failed) else described(error)
            self._report(resource, f"{verb}_FAILED", reason)
            raise Failed(f"[{resource.logical_id}]") from error
        if made is not None and not resource.identifier:
            resource.identifier = made[0]
        self._report(resource, f"{verb}_COMPLETE")
        return made

    def _report(self, resource: Resource, status: str, reason: str | None = None) -> None:
        resource.timestamp = datetime.now(timezone.utc)
        self.report(resource.logical_id, resource.identifier, resource.type, status, reason)


def provider_of(kind: str) -> Provider:
    """The provider of a type. One that nobody wrote is an error: nothing is skipped silently."""
    if kind not in providers:
        raise Failed(f"Template format error: Unrecognized resource types: [{kind}]")
    return providers[kind]


def changes(before: Properties, after: Properties) -> list[str]:
    """Names of the properties that differ."""
    return [name for name in {**before, **after} if before.get(name) != after.get(name)]


def default_policy(kind: str, properties: Properties) -> str:
    """RDS clusters, and instances outside of clusters, leave a snapshot unless the template says otherwise.
    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-attribute-deletionpolicy.html"""
    alone = kind == "AWS::RDS::DBInstance" and "DBClusterIdentifier" not in properties
    return "Snapshot" if alone or kind == "AWS::RDS::DBCluster" else "Delete"


def is_missing(error: Exception) -> bool:
    """Whether a service says that what is to be deleted is not there."""
    response = getattr(error, "response", None)
    code = response["Error"]["Code"] if response else ""
    return any(word in code for word in ("NotFound", "NoSuch", "NotExist"))


def described(error: Exception) -> str:
    """A failure as CloudFormation words it."""
    return f'Resource handler returned message: "{type(error).__name__}: {error}"'
