"""Secrets, generated or given, what a database adds to them, and parameters."""

import json
import re

from cloudformation.provider import Made, Provider, Request, resource


@resource("AWS::SecretsManager::Secret")
class Secret(Provider):
    replaced_by = ("Name",)

    def create(self, r: Request) -> Made:
        given = {**r.without("GenerateSecretString"), "Name": r.get("Name", r.name)}
        generate = r.get("GenerateSecretString")
        if generate is not None:
            options = dict(generate)
            template = options.pop("SecretStringTemplate", None)
            key = options.pop("GenerateStringKey", None)
            password = r.api("secretsmanager", "GetRandomPassword", **options)["RandomPassword"]
            given["SecretString"] = (
                json.dumps({**json.loads(template), key: password}) if template else password
            )
        arn = r.api("secretsmanager", "CreateSecret", **given)["ARN"]
        return arn, {"Id": arn}

    def update(self, r: Request, identifier: str) -> None:
        given = {"Description": r.get("Description"), "KmsKeyId": r.get("KmsKeyId")}
        r.api("secretsmanager", "UpdateSecret", SecretId=identifier, **given)

    def delete(self, r: Request, identifier: str) -> None:
        # CloudFormation deletes without a recovery window.
        r.api("secretsmanager", "DeleteSecret", SecretId=identifier, ForceDeleteWithoutRecovery=True)


@resource("AWS::SecretsManager::SecretTargetAttachment")
class SecretTargetAttachment(Provider):
    """Adds the database's address to the secret with its password."""

    def create(self, r: Request) -> Made:
        secret, target = r.get("SecretId"), r.get("TargetId")
        value = json.loads(r.api("secretsmanager", "GetSecretValue", SecretId=secret)["SecretString"])
        if r.get("TargetType") == "AWS::RDS::DBCluster":
            found = r.api("rds", "DescribeDBClusters", DBClusterIdentifier=target)["DBClusters"][0]
            value.update(dbClusterIdentifier=target, host=found["Endpoint"], port=found["Port"])
            value["dbname"] = found.get("DatabaseName")
        else:
            found = r.api("rds", "DescribeDBInstances", DBInstanceIdentifier=target)["DBInstances"][0]
            endpoint = found["Endpoint"]
            value.update(dbInstanceIdentifier=target, host=endpoint["Address"], port=endpoint["Port"])
            value["dbname"] = found.get("DBName")
        value["engine"] = "postgres"
        text = json.dumps({key: item for key, item in value.items() if item is not None})
        r.api("secretsmanager", "PutSecretValue", SecretId=secret, SecretString=text)
        return secret, {"Id": secret}

    def update(self, r: Request, identifier: str) -> Made:
        return self.create(r)

    def delete(self, r: Request, identifier: str) -> None:
        """The address stays in the secret."""


@resource("AWS::SecretsManager::ResourcePolicy")
class ResourcePolicy(Provider):
    replaced_by = ("SecretId",)

    def create(self, r: Request) -> Made:
        r.api("secretsmanager", "PutResourcePolicy", **r.properties)
        return r.get("SecretId"), {"Id": r.get("SecretId")}

    def update(self, r: Request, identifier: str) -> Made:
        return self.create(r)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("secretsmanager", "DeleteResourcePolicy", SecretId=identifier)


@resource("AWS::SecretsManager::RotationSchedule")
class RotationSchedule(Provider):
    """moto runs the rotation function's test step, as Secrets Manager does."""

    replaced_by = ("SecretId",)

    def create(self, r: Request) -> Made:
        rules = dict(r.get("RotationRules", {}))
        rate = re.fullmatch(r"rate\((\d+) days?\)", rules.get("ScheduleExpression", ""))
        if rate:  # moto only counts days
            rules["AutomaticallyAfterDays"] = rate.group(1)
        r.api(
            "secretsmanager",
            "RotateSecret",
            SecretId=r.get("SecretId"),
            RotationLambdaARN=r.get("RotationLambdaARN"),
            RotationRules=rules,
            RotateImmediately=r.get("RotateImmediatelyOnUpdate", True),
        )
        return r.get("SecretId"), {"Id": r.get("SecretId")}

    def update(self, r: Request, identifier: str) -> Made:
        return self.create(r)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("secretsmanager", "CancelRotateSecret", SecretId=identifier)


@resource("AWS::SSM::Parameter")
class Parameter(Provider):
    replaced_by = ("Name",)

    def put(self, r: Request, name: str) -> Made:
        r.api("ssm", "PutParameter", **{**r.without("Tags"), "Name": name, "Overwrite": True})
        return name, {"Type": r.get("Type"), "Value": r.get("Value")}

    def create(self, r: Request) -> Made:
        return self.put(r, r.get("Name", r.name))

    def update(self, r: Request, identifier: str) -> Made:
        return self.put(r, identifier)

    def delete(self, r: Request, identifier: str) -> None:
        r.api("ssm", "DeleteParameter", Name=identifier)
