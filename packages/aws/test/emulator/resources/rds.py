"""PostgreSQL on Aurora and RDS."""

import uuid
from typing import Any

from cloudformation.provider import Made, Provider, Request, resource


class ParameterGroup(Provider):
    kind: str

    def create(self, r: Request) -> Made:
        name = r.get(f"{self.kind}Name", r.lower_name()).lower()
        given = {
            f"{self.kind}Name": name,
            "DBParameterGroupFamily": r.get("Family"),
            "Description": r.get("Description"),
            "Tags": r.get("Tags"),
        }
        r.api("rds", f"Create{self.kind}", **given)
        self.update(r, name)
        return name, {f"{self.kind}Name": name}

    def update(self, r: Request, identifier: str) -> None:
        parameters = [
            {"ParameterName": name, "ParameterValue": value, "ApplyMethod": "pending-reboot"}
            for name, value in (r.get("Parameters") or {}).items()
        ]
        if parameters:
            r.api("rds", f"Modify{self.kind}", **{f"{self.kind}Name": identifier, "Parameters": parameters})

    def delete(self, r: Request, identifier: str) -> None:
        r.api("rds", f"Delete{self.kind}", **{f"{self.kind}Name": identifier})

    def replaces(self, name: str) -> bool:
        return name in (f"{self.kind}Name", "Description", "Family")


@resource("AWS::RDS::DBParameterGroup")
class InstanceParameterGroup(ParameterGroup):
    kind = "DBParameterGroup"


@resource("AWS::RDS::DBClusterParameterGroup")
class ClusterParameterGroup(ParameterGroup):
    kind = "DBClusterParameterGroup"


@resource("AWS::RDS::DBSubnetGroup")
class SubnetGroup(Provider):
    replaced_by = ("DBSubnetGroupName",)

    def create(self, r: Request) -> Made:
        name = r.get("DBSubnetGroupName", r.lower_name()).lower()
        r.api("rds", "CreateDBSubnetGroup", **{**r.properties, "DBSubnetGroupName": name})
        return name, {"DBSubnetGroupName": name}

    def update(self, r: Request, identifier: str) -> None:
        r.api("rds", "ModifyDBSubnetGroup", DBSubnetGroupName=identifier, SubnetIds=r.get("SubnetIds"))

    def delete(self, r: Request, identifier: str) -> None:
        r.api("rds", "DeleteDBSubnetGroup", DBSubnetGroupName=identifier)


def final_snapshot(r: Request, identifier: str) -> dict[str, Any]:
    """DeletionPolicy Snapshot leaves a final snapshot."""
    if r.policy != "Snapshot":
        return {"SkipFinalSnapshot": True}
    name = f"{identifier}-snapshot-{uuid.uuid4().hex[:12]}"
    return {"SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": name}


@resource("AWS::RDS::DBCluster")
class Cluster(Provider):
    replaced_by = (
        "AvailabilityZones",
        "DBClusterIdentifier",
        "DBSubnetGroupName",
        "DatabaseName",
        "Engine",
        "KmsKeyId",
        "MasterUsername",
        "SnapshotIdentifier",
        "StorageEncrypted",
    )

    def made(self, r: Request, identifier: str) -> Made:
        found = r.api("rds", "DescribeDBClusters", DBClusterIdentifier=identifier)["DBClusters"][0]
        return identifier, {
            "Endpoint.Address": found["Endpoint"],
            "Endpoint.Port": str(found["Port"]),
            "ReadEndpoint.Address": found["ReaderEndpoint"],
            "DBClusterArn": found["DBClusterArn"],
            "DBClusterResourceId": found["DbClusterResourceId"],
        }

    def create(self, r: Request) -> Made:
        identifier = r.get("DBClusterIdentifier", r.lower_name()).lower()
        given = {"Port": 5432, **r.properties, "DBClusterIdentifier": identifier}
        r.api("rds", "CreateDBCluster", **given)
        return self.made(r, identifier)

    def update(self, r: Request, identifier: str) -> Made:
        given = {**r.without("Tags"), "DBClusterIdentifier": identifier, "ApplyImmediately": True}
        r.api("rds", "ModifyDBCluster", **given)
        return self.made(r, identifier)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("rds", "DeleteDBCluster", DBClusterIdentifier=identifier, **final_snapshot(r, identifier))


@resource("AWS::RDS::DBInstance")
class Instance(Provider):
    replaced_by = (
        "AvailabilityZone",
        "DBClusterIdentifier",
        "DBInstanceIdentifier",
        "DBName",
        "DBSubnetGroupName",
        "Engine",
        "KmsKeyId",
        "MasterUsername",
        "StorageEncrypted",
    )

    def made(self, r: Request, identifier: str) -> Made:
        found = r.api("rds", "DescribeDBInstances", DBInstanceIdentifier=identifier)["DBInstances"][0]
        endpoint = found.get("Endpoint", {})
        return identifier, {
            "Endpoint.Address": endpoint.get("Address", ""),
            "Endpoint.Port": str(endpoint.get("Port") or 5432),
            "DBInstanceArn": found["DBInstanceArn"],
            "DbiResourceId": found["DbiResourceId"],
        }

    def parameters(self, r: Request, identifier: str) -> dict[str, Any]:
        given = {**r.properties, "DBInstanceIdentifier": identifier}
        if given.get("VPCSecurityGroups"):
            given["VpcSecurityGroupIds"] = given.pop("VPCSecurityGroups")
        return given

    def create(self, r: Request) -> Made:
        identifier = r.get("DBInstanceIdentifier", r.lower_name()).lower()
        given = self.parameters(r, identifier)
        cluster = given.get("DBClusterIdentifier")
        if cluster:
            # What an instance has of its cluster, moto wants to be told.
            found = r.api("rds", "DescribeDBClusters", DBClusterIdentifier=cluster)["DBClusters"][0]
            given.setdefault("EngineVersion", found["EngineVersion"])
            given.setdefault("MasterUsername", found["MasterUsername"])
            given.setdefault("StorageEncrypted", found["StorageEncrypted"])
        r.api("rds", "CreateDBInstance", **given)
        return self.made(r, identifier)

    def update(self, r: Request, identifier: str) -> Made:
        given = {
            k: v for k, v in self.parameters(r, identifier).items() if k not in (*self.replaced_by, "Tags")
        }
        given["DBInstanceIdentifier"] = identifier
        r.api("rds", "ModifyDBInstance", **given, ApplyImmediately=True)
        return self.made(r, identifier)

    def delete(self, r: Request, identifier: str) -> None:
        alone = not r.get("DBClusterIdentifier")
        snapshot = final_snapshot(r, identifier) if alone else {"SkipFinalSnapshot": True}
        r.api("rds", "DeleteDBInstance", DBInstanceIdentifier=identifier, **snapshot)
