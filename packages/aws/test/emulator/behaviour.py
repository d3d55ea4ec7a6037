"""How the emulator is to behave: set by tests over HTTP, read wherever something may go wrong."""

from dataclasses import dataclass, field, fields
from typing import Any


@dataclass
class Behaviour:
    """The defaults are those of an account in which everything works. start.ts explains the fields."""

    failCreation: list[str] = field(default_factory=list)
    failUpdate: list[str] = field(default_factory=list)
    failDeletion: list[str] = field(default_factory=list)
    failDeployments: str | None = None
    runningTasks: int | None = None
    targetHealth: str = "healthy"
    deny: list[str] = field(default_factory=list)
    drifted: list[str] = field(default_factory=list)
    quotas: dict[str, float] = field(default_factory=dict)
    secondsPerResource: float = 0

    def replace(self, given: dict[str, Any]) -> None:
        """Takes over what is given and resets the rest; an unknown name is an error."""
        unknown = set(given) - {f.name for f in fields(self)}
        if unknown:
            raise ValueError(f"unknown behaviour: {', '.join(sorted(unknown))}")
        fresh = Behaviour(**given)
        for f in fields(self):
            setattr(self, f.name, getattr(fresh, f.name))


behaviour = Behaviour()
