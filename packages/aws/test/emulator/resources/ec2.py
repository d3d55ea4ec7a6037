"""Networks: VPC, subnets, gateways, routes, endpoints, flow logs."""

import json
from typing import Any

from cloudformation.provider import Failed, Made, Provider, Request, resource


def tags(r: Request, kind: str) -> dict[str, Any]:
    """Tags as EC2's create calls take them."""
    listed = [{"Key": tag["Key"], "Value": tag["Value"]} for tag in r.get("Tags", [])]
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": listed}]} if listed else {}


class Tagged(Provider):
    """What EC2 knows by one id: updates that replace nothing change its tags."""

    def update(self, r: Request, identifier: str) -> Made | None:
        retag(r, identifier)
        return None


def retag(r: Request, identifier: str) -> None:
    gone = {t["Key"] for t in r.previous.get("Tags", [])} - {t["Key"] for t in r.get("Tags", [])}
    if gone:
        r.api("ec2", "DeleteTags", Resources=[identifier], Tags=[{"Key": key} for key in gone])
    if r.get("Tags"):
        r.api("ec2", "CreateTags", Resources=[identifier], Tags=r.get("Tags"))


@resource("AWS::EC2::VPC")
class Vpc(Tagged):
    replaced_by = ("CidrBlock",)

    def create(self, r: Request) -> Made:
        vpc = r.api("ec2", "CreateVpc", **r.without("Tags"), **tags(r, "vpc"))["Vpc"]
        identifier = vpc["VpcId"]
        self.set_dns(r, identifier)
        of_vpc = {"Name": "vpc-id", "Values": [identifier]}
        named_default = {"Name": "group-name", "Values": ["default"]}
        groups = r.api("ec2", "DescribeSecurityGroups", Filters=[of_vpc, named_default])["SecurityGroups"]
        acls = r.api("ec2", "DescribeNetworkAcls", Filters=[of_vpc])["NetworkAcls"]
        return identifier, {
            "VpcId": identifier,
            "CidrBlock": vpc["CidrBlock"],
            "DefaultSecurityGroup": groups[0]["GroupId"],
            "DefaultNetworkAcl": acls[0]["NetworkAclId"],
        }

    def set_dns(self, r: Request, identifier: str) -> None:
        for name in ("EnableDnsSupport", "EnableDnsHostnames"):
            if name in r.properties:
                r.api("ec2", "ModifyVpcAttribute", VpcId=identifier, **{name: {"Value": r.get(name)}})

    def update(self, r: Request, identifier: str) -> None:
        self.set_dns(r, identifier)
        retag(r, identifier)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("ec2", "DeleteVpc", VpcId=identifier)


@resource("AWS::EC2::Subnet")
class Subnet(Tagged):
    replaced_by = ("AvailabilityZone", "CidrBlock", "VpcId")

    def create(self, r: Request) -> Made:
        subnet = r.api("ec2", "CreateSubnet", **r.without("Tags"), **tags(r, "subnet"))["Subnet"]
        identifier = subnet["SubnetId"]
        self.set_public(r, identifier)
        attributes = {name: subnet[name] for name in ("AvailabilityZone", "CidrBlock", "VpcId")}
        return identifier, {"SubnetId": identifier, **attributes}

    def set_public(self, r: Request, identifier: str) -> None:
        public = {"Value": r.get("MapPublicIpOnLaunch", False)}
        r.api("ec2", "ModifySubnetAttribute", SubnetId=identifier, MapPublicIpOnLaunch=public)

    def update(self, r: Request, identifier: str) -> None:
        self.set_public(r, identifier)
        retag(r, identifier)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("ec2", "DeleteSubnet", SubnetId=identifier)


@resource("AWS::EC2::RouteTable")
class RouteTable(Tagged):
    replaced_by = ("VpcId",)

    def create(self, r: Request) -> Made:
        table = r.api("ec2", "CreateRouteTable", VpcId=r.get("VpcId"), **tags(r, "route-table"))["RouteTable"]
        return table["RouteTableId"], {"RouteTableId": table["RouteTableId"]}

    def delete(self, r: Request, identifier: str) -> None:
        r.api("ec2", "DeleteRouteTable", RouteTableId=identifier)


@resource("AWS::EC2::SubnetRouteTableAssociation")
class SubnetRouteTableAssociation(Provider):
    always_replaced = True

    def create(self, r: Request) -> Made:
        identifier = r.api("ec2", "AssociateRouteTable", **r.properties)["AssociationId"]
        return identifier, {"Id": identifier}

    def delete(self, r: Request, identifier: str) -> None:
        r.api("ec2", "DisassociateRouteTable", AssociationId=identifier)


@resource("AWS::EC2::Route")
class Route(Provider):
    replaced_by = ("RouteTableId", "DestinationCidrBlock", "DestinationIpv6CidrBlock")

    def create(self, r: Request) -> Made:
        r.api("ec2", "CreateRoute", **r.properties)
        destination = r.get("DestinationCidrBlock") or r.get("DestinationIpv6CidrBlock")
        return f"{r.get('RouteTableId')}|{destination}", {"CidrBlock": destination}

    def update(self, r: Request, identifier: str) -> None:
        r.api("ec2", "ReplaceRoute", **r.properties)

    def delete(self, r: Request, identifier: str) -> None:
        table, destination = identifier.split("|")
        name = "DestinationIpv6CidrBlock" if ":" in destination else "DestinationCidrBlock"
        r.api("ec2", "DeleteRoute", RouteTableId=table, **{name: destination})


@resource("AWS::EC2::InternetGateway")
class InternetGateway(Tagged):
    def create(self, r: Request) -> Made:
        made = r.api("ec2", "CreateInternetGateway", **tags(r, "internet-gateway"))["InternetGateway"]
        return made["InternetGatewayId"], {"InternetGatewayId": made["InternetGatewayId"]}

    def delete(self, r: Request, identifier: str) -> None:
        r.api("ec2", "DeleteInternetGateway", InternetGatewayId=identifier)


@resource("AWS::EC2::VPCGatewayAttachment")
class GatewayAttachment(Provider):
    always_replaced = True

    def create(self, r: Request) -> Made:
        r.api("ec2", "AttachInternetGateway", **r.properties)
        return f"IGW|{r.get('VpcId')}", {"AttachmentType": "IGW"}

    def delete(self, r: Request, identifier: str) -> None:
        r.api("ec2", "DetachInternetGateway", **r.properties)


@resource("AWS::EC2::EIP")
class ElasticIp(Provider):
    replaced_by = ("Domain",)

    def create(self, r: Request) -> Made:
        made = r.api("ec2", "AllocateAddress", Domain=r.get("Domain", "vpc"), **tags(r, "elastic-ip"))
        return made["PublicIp"], {"AllocationId": made["AllocationId"], "PublicIp": made["PublicIp"]}

    def allocation(self, r: Request, identifier: str) -> str:
        return r.api("ec2", "DescribeAddresses", PublicIps=[identifier])["Addresses"][0]["AllocationId"]

    def update(self, r: Request, identifier: str) -> None:
        retag(r, self.allocation(r, identifier))

    def delete(self, r: Request, identifier: str) -> None:
        r.api("ec2", "ReleaseAddress", AllocationId=self.allocation(r, identifier))


@resource("AWS::EC2::NatGateway")
class NatGateway(Tagged):
    replaced_by = ("SubnetId", "AllocationId", "ConnectivityType")

    def create(self, r: Request) -> Made:
        made = r.api("ec2", "CreateNatGateway", **r.without("Tags"), **tags(r, "natgateway"))["NatGateway"]
        return made["NatGatewayId"], {"NatGatewayId": made["NatGatewayId"]}

    def delete(self, r: Request, identifier: str) -> None:
        r.api("ec2", "DeleteNatGateway", NatGatewayId=identifier)


@resource("AWS::EC2::VPCEndpoint")
class VpcEndpoint(Tagged):
    replaced_by = ("ServiceName", "VpcId", "VpcEndpointType")

    def create(self, r: Request) -> Made:
        made = r.api("ec2", "CreateVpcEndpoint", **r.without("Tags"), **tags(r, "vpc-endpoint"))[
            "VpcEndpoint"
        ]
        identifier = made["VpcEndpointId"]
        return identifier, {"Id": identifier, "DnsEntries": [], "NetworkInterfaceIds": []}

    def update(self, r: Request, identifier: str) -> None:
        before, after = set(r.previous.get("RouteTableIds", [])), set(r.get("RouteTableIds", []))
        r.api(
            "ec2",
            "ModifyVpcEndpoint",
            VpcEndpointId=identifier,
            PolicyDocument=r.get("PolicyDocument"),
            AddRouteTableIds=sorted(after - before),
            RemoveRouteTableIds=sorted(before - after),
        )
        retag(r, identifier)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("ec2", "DeleteVpcEndpoints", VpcEndpointIds=[identifier])


@resource("AWS::EC2::FlowLog")
class FlowLog(Tagged):
    always_replaced = True

    def create(self, r: Request) -> Made:
        given = r.without("Tags", "ResourceId")
        made = r.api(
            "ec2", "CreateFlowLogs", ResourceIds=[r.get("ResourceId")], **given, **tags(r, "vpc-flow-log")
        )
        if not made.get("FlowLogIds"):
            raise Failed(json.dumps(made.get("Unsuccessful")))
        return made["FlowLogIds"][0], {"Id": made["FlowLogIds"][0]}

    def delete(self, r: Request, identifier: str) -> None:
        r.api("ec2", "DeleteFlowLogs", FlowLogIds=[identifier])
