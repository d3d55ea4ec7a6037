"""Encryption keys and their aliases."""

from cloudformation.calls import is_true
from cloudformation.provider import Made, Provider, Request, resource


@resource("AWS::KMS::Key")
class Key(Provider):
    def create(self, r: Request) -> Made:
        tags = [{"TagKey": tag["Key"], "TagValue": tag["Value"]} for tag in r.get("Tags", [])]
        given = {**r.without("KeyPolicy", "Tags"), "Policy": r.get("KeyPolicy"), "Tags": tags}
        made = r.api("kms", "CreateKey", **given)["KeyMetadata"]
        self.set_rotation(r, made["KeyId"])
        return made["KeyId"], {"Arn": made["Arn"], "KeyId": made["KeyId"]}

    def set_rotation(self, r: Request, identifier: str) -> None:
        on = is_true(r.get("EnableKeyRotation"))
        r.api("kms", "EnableKeyRotation" if on else "DisableKeyRotation", KeyId=identifier)

    def update(self, r: Request, identifier: str) -> None:
        r.api("kms", "PutKeyPolicy", KeyId=identifier, PolicyName="default", Policy=r.get("KeyPolicy"))
        self.set_rotation(r, identifier)

    def delete(self, r: Request, identifier: str) -> None:
        days = r.get("PendingWindowInDays", 30)
        r.api("kms", "ScheduleKeyDeletion", KeyId=identifier, PendingWindowInDays=days)


@resource("AWS::KMS::Alias")
class Alias(Provider):
    replaced_by = ("AliasName",)

    def create(self, r: Request) -> Made:
        r.api("kms", "CreateAlias", **r.properties)
        return r.get("AliasName"), {}

    def update(self, r: Request, identifier: str) -> None:
        r.api("kms", "UpdateAlias", **r.properties)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("kms", "DeleteAlias", AliasName=identifier)
