"""Log groups."""

from cloudformation.provider import Made, Provider, Request, resource


@resource("AWS::Logs::LogGroup")
class LogGroup(Provider):
    replaced_by = ("LogGroupName",)

    def create(self, r: Request) -> Made:
        name = r.get("LogGroupName", r.name)
        tags = {tag["Key"]: tag["Value"] for tag in r.get("Tags", [])}
        given = {"kmsKeyId": r.get("KmsKeyId"), "logGroupClass": r.get("LogGroupClass"), "tags": tags}
        r.api("logs", "CreateLogGroup", logGroupName=name, **given)
        self.set_retention(r, name)
        return name, {"Arn": r.arn("logs", f"log-group:{name}:*")}

    def set_retention(self, r: Request, name: str) -> None:
        if r.get("RetentionInDays"):
            days = r.get("RetentionInDays")
            r.api("logs", "PutRetentionPolicy", logGroupName=name, retentionInDays=days)
        elif r.previous.get("RetentionInDays"):
            r.api("logs", "DeleteRetentionPolicy", logGroupName=name)

    def update(self, r: Request, identifier: str) -> None:
        self.set_retention(r, identifier)
        if r.changed("KmsKeyId") and r.get("KmsKeyId"):
            r.api("logs", "AssociateKmsKey", logGroupName=identifier, kmsKeyId=r.get("KmsKeyId"))

    def delete(self, r: Request, identifier: str) -> None:
        r.api("logs", "DeleteLogGroup", logGroupName=identifier)
