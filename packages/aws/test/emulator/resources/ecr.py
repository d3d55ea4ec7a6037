"""Image repositories."""

from cloudformation.calls import is_true
from cloudformation.provider import Made, Provider, Request, resource


@resource("AWS::ECR::Repository")
class Repository(Provider):
    replaced_by = ("RepositoryName", "EncryptionConfiguration")

    def create(self, r: Request) -> Made:
        name = r.get("RepositoryName", r.name.lower())
        made = r.api("ecr", "CreateRepository", **{**r.properties, "RepositoryName": name})["repository"]
        self.set_policies(r, name)
        return name, {"Arn": made["repositoryArn"], "RepositoryUri": made["repositoryUri"]}

    def set_policies(self, r: Request, name: str) -> None:
        lifecycle = r.get("LifecyclePolicy", {}).get("LifecyclePolicyText")
        if lifecycle:
            r.api("ecr", "PutLifecyclePolicy", repositoryName=name, lifecyclePolicyText=lifecycle)
        elif r.previous.get("LifecyclePolicy"):
            r.api("ecr", "DeleteLifecyclePolicy", repositoryName=name)
        if r.get("RepositoryPolicyText"):
            text = r.get("RepositoryPolicyText")
            r.api("ecr", "SetRepositoryPolicy", repositoryName=name, policyText=text)

    def update(self, r: Request, identifier: str) -> None:
        self.set_policies(r, identifier)
        scan = r.get("ImageScanningConfiguration", {"ScanOnPush": False})
        r.api(
            "ecr", "PutImageScanningConfiguration", repositoryName=identifier, imageScanningConfiguration=scan
        )
        mutable = r.get("ImageTagMutability", "MUTABLE")
        r.api("ecr", "PutImageTagMutability", repositoryName=identifier, imageTagMutability=mutable)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("ecr", "DeleteRepository", repositoryName=identifier, force=is_true(r.get("EmptyOnDelete")))
