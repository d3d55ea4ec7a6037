"""Application Auto Scaling of services."""

from cloudformation.provider import Made, Provider, Request, resource

SERVICE = "application-autoscaling"


@resource("AWS::ApplicationAutoScaling::ScalableTarget")
class ScalableTarget(Provider):
    replaced_by = ("ResourceId", "ScalableDimension", "ServiceNamespace")

    def create(self, r: Request) -> Made:
        r.api(SERVICE, "RegisterScalableTarget", **r.properties)
        for action in r.get("ScheduledActions", []):
            self.schedule(r, action)
        identifier = "|".join(r.get(name) for name in self.replaced_by)
        return identifier, {"Id": identifier}

    def schedule(self, r: Request, action: dict[str, object]) -> None:
        where = {name: r.get(name) for name in self.replaced_by}
        r.api(SERVICE, "PutScheduledAction", **where, **action)

    def update(self, r: Request, identifier: str) -> None:
        r.api(SERVICE, "RegisterScalableTarget", **r.properties)
        names = {action["ScheduledActionName"] for action in r.get("ScheduledActions", [])}
        for action in r.previous.get("ScheduledActions", []):
            if action["ScheduledActionName"] not in names:
                where = {name: r.get(name) for name in self.replaced_by}
                name = action["ScheduledActionName"]
                r.api(SERVICE, "DeleteScheduledAction", **where, ScheduledActionName=name)
        for action in r.get("ScheduledActions", []):
            self.schedule(r, action)

    def delete(self, r: Request, identifier: str) -> None:
        where = dict(zip(self.replaced_by, identifier.split("|"), strict=True))
        r.api(SERVICE, "DeregisterScalableTarget", **where)


@resource("AWS::ApplicationAutoScaling::ScalingPolicy")
class ScalingPolicy(Provider):
    replaced_by = ("PolicyName", "ResourceId", "ScalableDimension", "ServiceNamespace", "ScalingTargetId")

    def parameters(self, r: Request) -> dict[str, object]:
        given = dict(r.properties)
        if "ScalingTargetId" in given:
            parts = given.pop("ScalingTargetId").split("|")
            given.update(zip(ScalableTarget.replaced_by, parts, strict=True))
        return given

    def create(self, r: Request) -> Made:
        arn = r.api(SERVICE, "PutScalingPolicy", **self.parameters(r))["PolicyARN"]
        return arn, {"Arn": arn}

    def update(self, r: Request, identifier: str) -> Made:
        return self.create(r)

    def delete(self, r: Request, identifier: str) -> None:
        names = ("PolicyName", "ResourceId", "ScalableDimension", "ServiceNamespace")
        given = self.parameters(r)
        r.api(SERVICE, "DeleteScalingPolicy", **{name: given[name] for name in names})
