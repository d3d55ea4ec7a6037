"""Change sets: what would become of each resource."""

from typing import Any

from moto.cloudformation import models

from cloudformation.engine import changes, provider_of
from cloudformation.template import parse


class ChangeSet(models.ChangeSet):
    """A change set that says which resources it replaces."""

    def __init__(self, kind: str, *positional: Any, **options: Any) -> None:
        super().__init__(kind, *positional, **options)
        self.status, self.execution_status = "CREATE_COMPLETE", "AVAILABLE"
        same = self.template_dict == self.stack.template_dict and self.parameters == self.stack.parameters
        if kind == "UPDATE" and same and (self.tags or {}) == (self.stack.tags or {}):
            self.status, self.execution_status = "FAILED", "UNAVAILABLE"
            self.status_reason = (
                "The submitted information didn't contain changes. "
                "Submit different information to create a change set."
            )

    def _parse_template(self) -> None:
        self.template_dict = parse(self.template)

    def diff(self) -> list[models.Change]:
        before = self.stack.template_dict.get("Resources", {})
        after = self.template_dict.get("Resources", {})
        found = [self._change("Add", name, spec) for name, spec in after.items() if name not in before]
        found += [
            self._change("Modify", name, spec, before[name])
            for name, spec in after.items()
            if name in before and spec != before[name]
        ]
        found += [self._change("Remove", name, spec) for name, spec in before.items() if name not in after]
        return found

    def _change(
        self, action: str, name: str, spec: dict[str, Any], before: dict[str, Any] | None = None
    ) -> models.Change:
        change = models.Change(action, name, spec["Type"])
        existing = self.stack.engine.resources.get(name)
        change.physical_resource_id = existing.identifier if existing else None
        if before is not None:
            provider = provider_of(spec["Type"])
            names = changes(before.get("Properties", {}), spec.get("Properties", {}))
            replacing = [n for n in names if provider.replaces(n)]
            change.replacement = "True" if replacing or spec["Type"] != before["Type"] else "False"
            change.scope = ["Properties"] if names else ["Metadata"]
            change.details = [
                {
                    "Target": {
                        "Attribute": "Properties",
                        "Name": n,
                        "RequiresRecreation": "Always" if n in replacing else "Never",
                    },
                    "Evaluation": "Static",
                    "ChangeSource": "DirectModification",
                }
                for n in names
            ]
        return change
