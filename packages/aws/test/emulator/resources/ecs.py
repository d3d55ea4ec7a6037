"""Clusters, task definitions and services."""

from behaviour import behaviour
from cloudformation.provider import Failed, Made, Provider, Request, resource


@resource("AWS::ECS::Cluster")
class Cluster(Provider):
    replaced_by = ("ClusterName",)

    def create(self, r: Request) -> Made:
        given = {
            **r.properties,
            "ClusterName": r.get("ClusterName", r.name),
            "settings": r.get("ClusterSettings"),
        }
        made = r.api("ecs", "CreateCluster", **given)["cluster"]
        return made["clusterName"], {"Arn": made["clusterArn"]}

    def update(self, r: Request, identifier: str) -> None:
        r.api(
            "ecs",
            "UpdateCluster",
            cluster=identifier,
            settings=r.get("ClusterSettings"),
            configuration=r.get("Configuration"),
            serviceConnectDefaults=r.get("ServiceConnectDefaults"),
        )

    def delete(self, r: Request, identifier: str) -> None:
        r.api("ecs", "DeleteCluster", cluster=identifier)


@resource("AWS::ECS::ClusterCapacityProviderAssociations")
class CapacityProviderAssociations(Provider):
    replaced_by = ("Cluster",)

    def create(self, r: Request) -> Made:
        r.api("ecs", "PutClusterCapacityProviders", **r.properties)
        return r.get("Cluster"), {}

    def update(self, r: Request, identifier: str) -> None:
        self.create(r)

    def delete(self, r: Request, identifier: str) -> None:
        given = {"capacityProviders": [], "defaultCapacityProviderStrategy": []}
        r.api("ecs", "PutClusterCapacityProviders", cluster=identifier, **given)


@resource("AWS::ECS::TaskDefinition")
class TaskDefinition(Provider):
    always_replaced = True

    def create(self, r: Request) -> Made:
        given = {**r.properties, "Family": r.get("Family", r.name)}
        arn = r.api("ecs", "RegisterTaskDefinition", **given)["taskDefinition"]["taskDefinitionArn"]
        return arn, {"TaskDefinitionArn": arn}

    def update(self, r: Request, identifier: str) -> None:
        r.api("ecs", "TagResource", resourceArn=identifier, tags=r.get("Tags", []))

    def delete(self, r: Request, identifier: str) -> None:
        r.api("ecs", "DeregisterTaskDefinition", taskDefinition=identifier)


@resource("AWS::ECS::Service")
class Service(Provider):
    """The scheduler is services/ecs.py; this waits for its deployments as CloudFormation does."""

    replaced_by = ("ServiceName", "Cluster", "LaunchType", "SchedulingStrategy", "Role")

    def create(self, r: Request) -> Made:
        given = {**r.properties, "ServiceName": r.get("ServiceName", r.name)}
        given["DesiredCount"] = r.get("DesiredCount", 1)
        made = r.api("ecs", "CreateService", **given)["service"]
        arn = made["serviceArn"]
        try:
            self.must_be_stable(r)
        except Failed:
            self.delete(r, arn)
            raise
        return arn, {"Name": made["serviceName"], "ServiceArn": arn}

    def must_be_stable(self, r: Request) -> None:
        if behaviour.failDeployments is not None and not r.rolling_back:
            raise Failed(
                "Resource handler returned message: \"Error occurred during operation 'ECS Deployment "
                "Circuit Breaker was triggered'.\" (HandlerErrorCode: GeneralServiceException)"
            )

    def update(self, r: Request, identifier: str) -> None:
        given = r.without("ServiceName", "Cluster", "Tags")
        if not r.changed("DesiredCount"):
            # Autoscaling owns it: an update that doesn't touch it leaves it alone.
            given.pop("DesiredCount", None)
        r.api("ecs", "UpdateService", cluster=r.get("Cluster"), service=identifier, **given)
        if r.changed("TaskDefinition"):
            self.must_be_stable(r)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("ecs", "DeleteService", cluster=r.get("Cluster"), service=identifier, force=True)
