"""Application load balancers: listeners, rules, target groups."""

from cloudformation.provider import Made, Provider, Request, resource


def retag(r: Request, identifier: str) -> None:
    if r.changed("Tags"):
        gone = {t["Key"] for t in r.previous.get("Tags", [])} - {t["Key"] for t in r.get("Tags", [])}
        if gone:
            r.api("elbv2", "RemoveTags", ResourceArns=[identifier], TagKeys=sorted(gone))
        if r.get("Tags"):
            r.api("elbv2", "AddTags", ResourceArns=[identifier], Tags=r.get("Tags"))


@resource("AWS::ElasticLoadBalancingV2::LoadBalancer")
class LoadBalancer(Provider):
    replaced_by = ("Name", "Scheme", "Type")

    def create(self, r: Request) -> Made:
        name = r.get("Name", r.name[-32:].strip("-"))
        made = r.api("elbv2", "CreateLoadBalancer", **{**r.properties, "Name": name})["LoadBalancers"][0]
        arn = made["LoadBalancerArn"]
        self.set_attributes(r, arn)
        return arn, {
            "DNSName": made["DNSName"],
            "LoadBalancerArn": arn,
            "LoadBalancerName": made["LoadBalancerName"],
            "LoadBalancerFullName": arn.split(":loadbalancer/")[1],
            "CanonicalHostedZoneID": made.get("CanonicalHostedZoneId", ""),
            "SecurityGroups": made.get("SecurityGroups", []),
        }

    def set_attributes(self, r: Request, arn: str) -> None:
        for attribute in r.get("LoadBalancerAttributes", []):
            r.api("elbv2", "ModifyLoadBalancerAttributes", LoadBalancerArn=arn, Attributes=[attribute])

    def update(self, r: Request, identifier: str) -> None:
        self.set_attributes(r, identifier)
        if r.changed("SecurityGroups"):
            r.api(
                "elbv2",
                "SetSecurityGroups",
                LoadBalancerArn=identifier,
                SecurityGroups=r.get("SecurityGroups"),
            )
        if r.changed("Subnets"):
            r.api("elbv2", "SetSubnets", LoadBalancerArn=identifier, Subnets=r.get("Subnets"))
        retag(r, identifier)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("elbv2", "DeleteLoadBalancer", LoadBalancerArn=identifier)


@resource("AWS::ElasticLoadBalancingV2::TargetGroup")
class TargetGroup(Provider):
    replaced_by = ("Name", "Port", "Protocol", "ProtocolVersion", "TargetType", "VpcId")

    def create(self, r: Request) -> Made:
        name = r.get("Name", r.name[-32:].strip("-"))
        made = r.api("elbv2", "CreateTargetGroup", **{**r.properties, "Name": name})["TargetGroups"][0]
        arn = made["TargetGroupArn"]
        self.set_attributes(r, arn)
        return arn, {
            "TargetGroupArn": arn,
            "TargetGroupName": made["TargetGroupName"],
            "TargetGroupFullName": arn.split(":")[-1],
            "LoadBalancerArns": [],
        }

    def set_attributes(self, r: Request, arn: str) -> None:
        if r.get("TargetGroupAttributes"):
            attributes = r.get("TargetGroupAttributes")
            r.api("elbv2", "ModifyTargetGroupAttributes", TargetGroupArn=arn, Attributes=attributes)

    def update(self, r: Request, identifier: str) -> None:
        self.set_attributes(r, identifier)
        names = ("UnhealthyThresholdCount", "Matcher")
        health = {k: v for k, v in r.properties.items() if k.startswith("Health") or k in names}
        r.api("elbv2", "ModifyTargetGroup", TargetGroupArn=identifier, **health)
        retag(r, identifier)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("elbv2", "DeleteTargetGroup", TargetGroupArn=identifier)


@resource("AWS::ElasticLoadBalancingV2::Listener")
class Listener(Provider):
    replaced_by = ("LoadBalancerArn",)

    def create(self, r: Request) -> Made:
        arn = r.api("elbv2", "CreateListener", **r.properties)["Listeners"][0]["ListenerArn"]
        return arn, {"ListenerArn": arn}

    def update(self, r: Request, identifier: str) -> None:
        names = ("Port", "Protocol", "DefaultActions", "Certificates", "SslPolicy")
        given = {name: r.get(name) for name in names if name in r.properties}
        r.api("elbv2", "ModifyListener", ListenerArn=identifier, **given)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("elbv2", "DeleteListener", ListenerArn=identifier)


@resource("AWS::ElasticLoadBalancingV2::ListenerRule")
class ListenerRule(Provider):
    replaced_by = ("ListenerArn",)

    def create(self, r: Request) -> Made:
        arn = r.api("elbv2", "CreateRule", **r.properties)["Rules"][0]["RuleArn"]
        return arn, {"RuleArn": arn, "IsDefault": False}

    def update(self, r: Request, identifier: str) -> None:
        if r.changed("Priority"):
            priorities = [{"RuleArn": identifier, "Priority": r.get("Priority")}]
            r.api("elbv2", "SetRulePriorities", RulePriorities=priorities)
        if r.changed("Conditions", "Actions"):
            given = {name: r.get(name) for name in ("Conditions", "Actions")}
            r.api("elbv2", "ModifyRule", RuleArn=identifier, **given)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("elbv2", "DeleteRule", RuleArn=identifier)
