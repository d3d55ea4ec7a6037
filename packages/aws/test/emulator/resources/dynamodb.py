"""Tables. A global table is its replica in the stack's own region."""

from typing import Any

from cloudformation.calls import is_true
from cloudformation.provider import Failed, Made, Properties, Provider, Request, resource

OF_REPLICA = (
    "ContributorInsightsSpecification",
    "DeletionProtectionEnabled",
    "PointInTimeRecoverySpecification",
    "TableClass",
    "Tags",
)


@resource("AWS::DynamoDB::GlobalTable")
class GlobalTable(Provider):
    replaced_by = ("TableName", "KeySchema", "LocalSecondaryIndexes")

    def flat(self, r: Request) -> Properties:
        """The table as the API of a single region takes it."""
        replicas = r.get("Replicas", [])
        if [replica["Region"] for replica in replicas] != [r.region]:
            raise Failed("only a replica in the stack's own region is supported")
        given: dict[str, Any] = {"BillingMode": "PROVISIONED", **r.without("Replicas")}
        given.update({name: replicas[0][name] for name in OF_REPLICA if name in replicas[0]})
        encryption = given.get("SSESpecification")
        if encryption:
            enabled = is_true(encryption.get("SSEEnabled"))
            key = replicas[0].get("SSESpecification", {}).get("KMSMasterKeyId")
            given["SSESpecification"] = {
                "Enabled": enabled,
                "SSEType": encryption.get("SSEType", "KMS") if enabled else None,
                "KMSMasterKeyId": key,
            }
        return given

    def create(self, r: Request) -> Made:
        given = {**self.flat(r), "TableName": r.get("TableName", r.name)}
        made = r.api("dynamodb", "CreateTable", **given)["TableDescription"]
        self.set_options(r, given)
        attributes = {"Arn": made["TableArn"], "StreamArn": made.get("LatestStreamArn", "")}
        return made["TableName"], attributes

    def set_options(self, r: Request, given: Properties) -> None:
        name = given["TableName"]
        if given.get("TimeToLiveSpecification"):
            ttl = given["TimeToLiveSpecification"]
            r.api("dynamodb", "UpdateTimeToLive", TableName=name, TimeToLiveSpecification=ttl)
        if given.get("PointInTimeRecoverySpecification"):
            pitr = given["PointInTimeRecoverySpecification"]
            r.api(
                "dynamodb", "UpdateContinuousBackups", TableName=name, PointInTimeRecoverySpecification=pitr
            )

    def update(self, r: Request, identifier: str) -> None:
        given = {**self.flat(r), "TableName": identifier}
        before = {index["IndexName"]: index for index in r.previous.get("GlobalSecondaryIndexes", [])}
        after = {index["IndexName"]: index for index in r.get("GlobalSecondaryIndexes", [])}
        indexes = [{"Create": index} for name, index in after.items() if name not in before]
        indexes += [{"Delete": {"IndexName": name}} for name in before if name not in after]
        names = (
            "TableName",
            "AttributeDefinitions",
            "BillingMode",
            "SSESpecification",
            "DeletionProtectionEnabled",
        )
        change = {name: given.get(name) for name in names}
        r.api("dynamodb", "UpdateTable", **change, GlobalSecondaryIndexUpdates=indexes or None)
        self.set_options(r, given)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("dynamodb", "DeleteTable", TableName=identifier)
