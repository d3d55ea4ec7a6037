"""Security groups, with rules of their own and rules that are resources."""

from typing import Any

from cloudformation.provider import Failed, Made, Provider, Request, resource
from resources.ec2 import retag, tags

ALLOW_ALL = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
# Direction, property with the rules, property with the other group.
DIRECTIONS = (
    ("Ingress", "SecurityGroupIngress", "SourceSecurityGroupId"),
    ("Egress", "SecurityGroupEgress", "DestinationSecurityGroupId"),
)


def permission(rule: dict[str, Any], peer: str) -> list[dict[str, Any]]:
    """A rule of a template as EC2's calls take it."""
    description = {"Description": rule["Description"]} if rule.get("Description") else {}
    made: dict[str, Any] = {name: rule.get(name) for name in ("IpProtocol", "FromPort", "ToPort")}
    if rule.get("CidrIp"):
        made["IpRanges"] = [{"CidrIp": rule["CidrIp"], **description}]
    if rule.get("CidrIpv6"):
        made["Ipv6Ranges"] = [{"CidrIpv6": rule["CidrIpv6"], **description}]
    if rule.get(peer):
        made["UserIdGroupPairs"] = [{"GroupId": rule[peer], **description}]
    return [made]


@resource("AWS::EC2::SecurityGroup")
class SecurityGroup(Provider):
    replaced_by = ("GroupName", "GroupDescription", "VpcId")

    def create(self, r: Request) -> Made:
        identifier = r.api(
            "ec2",
            "CreateSecurityGroup",
            GroupName=r.get("GroupName", r.name),
            Description=r.get("GroupDescription"),
            VpcId=r.get("VpcId"),
            **tags(r, "security-group"),
        )["GroupId"]
        if r.get("SecurityGroupEgress"):
            # The group allows all until the template says something about it.
            r.api("ec2", "RevokeSecurityGroupEgress", GroupId=identifier, IpPermissions=ALLOW_ALL)
        for direction, name, peer in DIRECTIONS:
            for rule in r.get(name, []):
                self.call(r, f"AuthorizeSecurityGroup{direction}", identifier, rule, peer)
        return identifier, {"GroupId": identifier, "Id": identifier, "VpcId": r.get("VpcId")}

    def call(self, r: Request, operation: str, identifier: str, rule: dict[str, Any], peer: str) -> None:
        r.api("ec2", operation, GroupId=identifier, IpPermissions=permission(rule, peer))

    def update(self, r: Request, identifier: str) -> None:
        for direction, name, peer in DIRECTIONS:
            before, after = r.previous.get(name, []), r.get(name, [])
            for rule in before:
                if rule not in after:
                    self.call(r, f"RevokeSecurityGroup{direction}", identifier, rule, peer)
            for rule in after:
                if rule not in before:
                    self.call(r, f"AuthorizeSecurityGroup{direction}", identifier, rule, peer)
        retag(r, identifier)

    def delete(self, r: Request, identifier: str) -> None:
        # AWS refuses while others' rules name the group.
        named = {"Name": "ip-permission.group-id", "Values": [identifier]}
        users = r.api("ec2", "DescribeSecurityGroups", Filters=[named])["SecurityGroups"]
        others = [group["GroupId"] for group in users if group["GroupId"] != identifier]
        if others:
            raise Failed(f"resource {identifier} has a dependent object ({', '.join(others)})")
        r.api("ec2", "DeleteSecurityGroup", GroupId=identifier)


class Rule(Provider):
    direction: str
    peer: str
    always_replaced = True

    def create(self, r: Request) -> Made:
        rules = r.api(
            "ec2",
            f"AuthorizeSecurityGroup{self.direction}",
            GroupId=r.get("GroupId"),
            IpPermissions=permission(r.properties, self.peer),
        )["SecurityGroupRules"]
        identifier = rules[0]["SecurityGroupRuleId"]
        return identifier, {"Id": identifier}

    def delete(self, r: Request, identifier: str) -> None:
        r.api(
            "ec2",
            f"RevokeSecurityGroup{self.direction}",
            GroupId=r.get("GroupId"),
            IpPermissions=permission(r.properties, self.peer),
        )


@resource("AWS::EC2::SecurityGroupIngress")
class IngressRule(Rule):
    direction = "Ingress"
    peer = "SourceSecurityGroupId"


@resource("AWS::EC2::SecurityGroupEgress")
class EgressRule(Rule):
    direction = "Egress"
    peer = "DestinationSecurityGroupId"
