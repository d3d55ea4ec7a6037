"""Roles and their policies."""

from cloudformation.provider import Made, Provider, Request, resource


@resource("AWS::IAM::Role")
class Role(Provider):
    replaced_by = ("RoleName", "Path")

    def create(self, r: Request) -> Made:
        made = r.api("iam", "CreateRole", **{**r.properties, "RoleName": r.get("RoleName", r.name[-64:])})[
            "Role"
        ]
        self.set_policies(r, made["RoleName"])
        return made["RoleName"], {"Arn": made["Arn"], "RoleId": made["RoleId"]}

    def set_policies(self, r: Request, name: str) -> None:
        wanted = {policy["PolicyName"]: policy["PolicyDocument"] for policy in r.get("Policies", [])}
        for policy in r.previous.get("Policies", []):
            if policy["PolicyName"] not in wanted:
                r.api("iam", "DeleteRolePolicy", RoleName=name, PolicyName=policy["PolicyName"])
        for policy, document in wanted.items():
            r.api("iam", "PutRolePolicy", RoleName=name, PolicyName=policy, PolicyDocument=document)
        before, after = set(r.previous.get("ManagedPolicyArns", [])), set(r.get("ManagedPolicyArns", []))
        for arn in before - after:
            r.api("iam", "DetachRolePolicy", RoleName=name, PolicyArn=arn)
        for arn in after - before:
            r.api("iam", "AttachRolePolicy", RoleName=name, PolicyArn=arn)

    def update(self, r: Request, identifier: str) -> None:
        document = r.get("AssumeRolePolicyDocument")
        r.api("iam", "UpdateAssumeRolePolicy", RoleName=identifier, PolicyDocument=document)
        self.set_policies(r, identifier)

    def delete(self, r: Request, identifier: str) -> None:
        for policy in r.api("iam", "ListAttachedRolePolicies", RoleName=identifier)["AttachedPolicies"]:
            r.api("iam", "DetachRolePolicy", RoleName=identifier, PolicyArn=policy["PolicyArn"])
        for name in r.api("iam", "ListRolePolicies", RoleName=identifier)["PolicyNames"]:
            r.api("iam", "DeleteRolePolicy", RoleName=identifier, PolicyName=name)
        r.api("iam", "DeleteRole", RoleName=identifier)


@resource("AWS::IAM::Policy")
class Policy(Provider):
    """A policy inline in one or more roles."""

    def create(self, r: Request) -> Made:
        for role in r.get("Roles", []):
            given = {"PolicyName": r.get("PolicyName"), "PolicyDocument": r.get("PolicyDocument")}
            r.api("iam", "PutRolePolicy", RoleName=role, **given)
        return r.get("PolicyName"), {"Id": r.get("PolicyName")}

    def update(self, r: Request, identifier: str) -> Made:
        for role in r.previous.get("Roles", []):
            if role not in r.get("Roles", []) or identifier != r.get("PolicyName"):
                r.api("iam", "DeleteRolePolicy", RoleName=role, PolicyName=identifier)
        return self.create(r)

    def delete(self, r: Request, identifier: str) -> None:
        for role in r.get("Roles", []):
            r.api("iam", "DeleteRolePolicy", RoleName=role, PolicyName=identifier)


@resource("AWS::IAM::ManagedPolicy")
class ManagedPolicy(Provider):
    replaced_by = ("ManagedPolicyName", "Path", "Description")

    def create(self, r: Request) -> Made:
        name = r.get("ManagedPolicyName", r.name[-128:])
        arn = r.api("iam", "CreatePolicy", **{**r.without("Roles"), "PolicyName": name})["Policy"]["Arn"]
        for role in r.get("Roles", []):
            r.api("iam", "AttachRolePolicy", RoleName=role, PolicyArn=arn)
        return arn, {"PolicyArn": arn}

    def update(self, r: Request, identifier: str) -> None:
        document = r.get("PolicyDocument")
        r.api("iam", "CreatePolicyVersion", PolicyArn=identifier, PolicyDocument=document, SetAsDefault=True)

    def delete(self, r: Request, identifier: str) -> None:
        for role in r.get("Roles", []):
            r.api("iam", "DetachRolePolicy", RoleName=role, PolicyArn=identifier)
        r.api("iam", "DeletePolicy", PolicyArn=identifier)
