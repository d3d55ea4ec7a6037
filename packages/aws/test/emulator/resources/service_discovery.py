"""Cloud Map namespaces, in which services find each other."""

from cloudformation.provider import Made, Provider, Request, resource

SERVICE = "servicediscovery"


class Namespace(Provider):
    operation: str
    replaced_by = ("Name", "Vpc")

    def create(self, r: Request) -> Made:
        operation = r.api(SERVICE, self.operation, **r.properties)["OperationId"]
        identifier = r.api(SERVICE, "GetOperation", OperationId=operation)["Operation"]["Targets"][
            "NAMESPACE"
        ]
        found = r.api(SERVICE, "GetNamespace", Id=identifier)["Namespace"]
        zone = found.get("Properties", {}).get("DnsProperties", {}).get("HostedZoneId", "")
        return identifier, {"Arn": found["Arn"], "Id": identifier, "HostedZoneId": zone}

    def update(self, r: Request, identifier: str) -> None:
        arn = r.api(SERVICE, "GetNamespace", Id=identifier)["Namespace"]["Arn"]
        r.api(SERVICE, "TagResource", ResourceARN=arn, Tags=r.get("Tags", []))

    def delete(self, r: Request, identifier: str) -> None:
        r.api(SERVICE, "DeleteNamespace", Id=identifier)


@resource("AWS::ServiceDiscovery::PrivateDnsNamespace")
class PrivateDnsNamespace(Namespace):
    operation = "CreatePrivateDnsNamespace"


@resource("AWS::ServiceDiscovery::HttpNamespace")
class HttpNamespace(Namespace):
    operation = "CreateHttpNamespace"
