"""Buckets."""

import json
from typing import Any

from cloudformation.provider import Made, Provider, Request, resource


@resource("AWS::S3::Bucket")
class Bucket(Provider):
    replaced_by = ("BucketName",)

    def create(self, r: Request) -> Made:
        name = r.get("BucketName", r.lower_name(63))
        where = {} if r.region == "us-east-1" else {"LocationConstraint": r.region}
        r.api("s3", "CreateBucket", Bucket=name, CreateBucketConfiguration=where or None)
        self.configure(r, name)
        domain = f"{name}.s3.amazonaws.com"
        regional = f"{name}.s3.{r.region}.amazonaws.com"
        return name, {"Arn": f"arn:aws:s3:::{name}", "DomainName": domain, "RegionalDomainName": regional}

    def configure(self, r: Request, name: str) -> None:
        def put(operation: str, **parameters: Any) -> None:
            r.api("s3", operation, Bucket=name, **parameters)

        encryption = r.get("BucketEncryption")
        if encryption:
            rules = [
                {
                    "ApplyServerSideEncryptionByDefault": rule.get("ServerSideEncryptionByDefault"),
                    "BucketKeyEnabled": rule.get("BucketKeyEnabled"),
                }
                for rule in encryption["ServerSideEncryptionConfiguration"]
            ]
            put("PutBucketEncryption", ServerSideEncryptionConfiguration={"Rules": rules})
        if r.get("PublicAccessBlockConfiguration"):
            block = r.get("PublicAccessBlockConfiguration")
            put("PutPublicAccessBlock", PublicAccessBlockConfiguration=block)
        if r.get("VersioningConfiguration"):
            put("PutBucketVersioning", VersioningConfiguration=r.get("VersioningConfiguration"))
        if r.get("OwnershipControls"):
            put("PutBucketOwnershipControls", OwnershipControls=r.get("OwnershipControls"))
        if r.get("LifecycleConfiguration"):
            rules = [lifecycle_rule(rule) for rule in r.get("LifecycleConfiguration")["Rules"]]
            put("PutBucketLifecycleConfiguration", LifecycleConfiguration={"Rules": rules})
        elif r.previous.get("LifecycleConfiguration"):
            put("DeleteBucketLifecycle")
        if r.get("Tags"):
            put("PutBucketTagging", Tagging={"TagSet": r.get("Tags")})

    def update(self, r: Request, identifier: str) -> None:
        self.configure(r, identifier)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("s3", "DeleteBucket", Bucket=identifier)


def lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """A rule of a template as S3's API takes it."""
    made: dict[str, Any] = {
        "ID": rule.get("Id"),
        "Status": rule["Status"],
        "Filter": {"Prefix": rule.get("Prefix", "")},
        "Transitions": rule.get("Transitions"),
        "AbortIncompleteMultipartUpload": rule.get("AbortIncompleteMultipartUpload"),
        "NoncurrentVersionExpiration": rule.get("NoncurrentVersionExpiration"),
    }
    if "ExpirationInDays" in rule:
        made["Expiration"] = {"Days": int(rule["ExpirationInDays"])}
    elif "ExpiredObjectDeleteMarker" in rule:
        made["Expiration"] = {"ExpiredObjectDeleteMarker": rule["ExpiredObjectDeleteMarker"]}
    return made


@resource("AWS::S3::BucketPolicy")
class BucketPolicy(Provider):
    replaced_by = ("Bucket",)

    def create(self, r: Request) -> Made:
        r.api("s3", "PutBucketPolicy", Bucket=r.get("Bucket"), Policy=json.dumps(r.get("PolicyDocument")))
        return f"{r.get('Bucket')}-policy", {}

    def update(self, r: Request, identifier: str) -> None:
        self.create(r)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("s3", "DeleteBucketPolicy", Bucket=r.get("Bucket"))
