#!/usr/bin/env python3
"""Start moto's server with the CloudFormation gaps filled that a CDK stack of
VPC + ALB + ECS Fargate + autoscaling + Aurora/RDS + alarms falls into.

    python3 moto_cfn_server.py -H 127.0.0.1 -p 5555

Only needs an importable `moto` (with its server extra) and `boto3`.  Nothing of
moto is copied here: missing resource types are provisioned by calling the
server's own service APIs through boto3 on loopback, and a few methods of moto's
CloudFormation engine are wrapped to get resource events, rollback, ordered
deletes and outputs after change sets.

Environment:
  EMU_STRICT=1      (default) an unsupported resource type fails the stack
  EMU_STRICT=0      it becomes a stub: a made-up physical id, GetAtt gives
                    "stub-<LogicalId>-<attr>"
  EMU_ECS_RUNNING   'all' (default): a service reports runningCount ==
                    desiredCount; a number: at most that many (unhealthy tests)
  EMU_TARGETS=1     (default) a service's running tasks are registered as IP
                    targets of its target groups (describeTargetHealth)
  EMU_CUSTOM=1      (default) Custom::* and AWS::CloudFormation::CustomResource
                    are no-ops (no Lambda is run); 0 leaves them to moto
  EMU_FAIL_TYPES    comma list of resource types whose creation is made to fail
                    (to test rollback handling)
"""
import json
import os
import re
import sys
import uuid

import boto3
from botocore.config import Config

PORT = os.environ.get("MOTO_PORT", "5000")
os.environ.setdefault("MOTO_PORT", PORT)
ENDPOINT = f"http://127.0.0.1:{PORT}"
STRICT = os.environ.get("EMU_STRICT", "1") == "1"
from behaviour import behaviour

import moto.cloudformation.models as M  # noqa: E402
import moto.cloudformation.parsing as P  # noqa: E402
import moto.cloudformation.responses as R  # noqa: E402
import moto.cloudformation.utils as U  # noqa: E402
from moto.core.common_models import CloudFormationModel  # noqa: E402

_clients = {}


def client(service, region):
    key = (service, region)
    if key not in _clients:
        _clients[key] = boto3.client(
            service,
            region_name=region,
            endpoint_url=ENDPOINT,
            aws_access_key_id="overlay",
            aws_secret_access_key="overlay",
            config=Config(retries={"max_attempts": 0}, parameter_validation=False),
        )
    return _clients[key]


def _fit(shape, value):
    """CloudFormation property tree -> SDK input of the given botocore shape:
    keys are matched without case, scalars are cast, unknown keys dropped."""
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            return value
        members = {k.lower(): k for k in shape.members}
        out = {}
        for k, v in value.items():
            name = members.get(k.lower())
            if name and v is not None:
                out[name] = _fit(shape.members[name], v)
        return out
    if kind == "list":
        value = value if isinstance(value, list) else [value]
        return [_fit(shape.member, v) for v in value if v is not None]
    if kind == "map":
        if isinstance(value, list):  # Tags: [{Key, Value}] in a template, a map in some APIs
            value = {t["Key"]: t["Value"] for t in value}
        return {str(k): _fit(shape.value, v) for k, v in value.items()}
    if kind in ("integer", "long"):
        return int(float(value))
    if kind in ("float", "double"):
        return float(value)
    if kind == "boolean":
        return str(value).lower() == "true"
    if kind == "string":
        if isinstance(value, (dict, list)):
            return json.dumps(value)
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value


def call(service, region, op, params):
    c = client(service, region)
    model = c.meta.service_model.operation_model(op)
    return c._make_api_call(op, _fit(model.input_shape, params))


_DYN = re.compile(r"\{\{resolve:(secretsmanager|ssm|ssm-secure):([^}]+)\}\}")


def resolve(value, region):
    """Resolve {{resolve:...}} dynamic references (left alone when unknown)."""
    if isinstance(value, dict):
        return {k: resolve(v, region) for k, v in value.items()}
    if isinstance(value, list):
        return [resolve(v, region) for v in value]
    if not isinstance(value, str) or "{{resolve:" not in value:
        return value

    def one(m):
        kind, rest = m.groups()
        try:
            if kind.startswith("ssm"):
                return call("ssm", region, "GetParameter", {"Name": rest.split(":")[0]})["Parameter"]["Value"]
            ident, _, tail = rest.partition(":SecretString:")
            s = call("secretsmanager", region, "GetSecretValue", {"SecretId": ident})["SecretString"]
            key = tail.split(":")[0]
            return str(json.loads(s)[key]) if key else s
        except Exception:
            return m.group(0)

    return _DYN.sub(one, value)


class Ctx:
    """What a handler sees: props, generated name, region, account, api()."""
    policy = None  # DeletionPolicy, set just before a delete

    def __init__(self, props, name, account, region):
        self.p, self.name, self.account, self.region = resolve(props, region), name, account, region

    def api(self, _service, _op, /, **params):
        return call(_service, self.region, _op, params)

    def low(self, n=60):
        return re.sub(r"[^a-z0-9-]", "", self.name.lower())[-n:].strip("-")


REGISTERED = {}


def resource(cfn_type, name_prop=""):
    def deco(h):
        class Res(CloudFormationModel):
            __module__ = "moto.overlay.models"


            @staticmethod
            def cloudformation_name_type():
                return name_prop

            @staticmethod
            def cloudformation_type():
                return cfn_type

            @classmethod
            def has_cfn_attr(cls, attr):
                return True

            def is_created(self):
                return True

            def get_cfn_attribute(self, attribute_name):
                if attribute_name in self.attrs:
                    return self.attrs[attribute_name]
                raise P.ValidationError(message=f"{cfn_type} has no attribute {attribute_name}")

            @classmethod
            def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kw):
                self = cls()
                self.ctx = Ctx(cloudformation_json.get("Properties", {}), resource_name, account_id, region_name)
                self.physical_resource_id, self.attrs = h.create(self.ctx)
                return self

            @classmethod
            def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
                new = Ctx(cloudformation_json.get("Properties", {}), original_resource.ctx.name, account_id, region_name)
                if hasattr(h, "update"):
                    original_resource.ctx, old = new, original_resource.ctx
                    r = h.update(new, original_resource.physical_resource_id, old)
                    if r:
                        original_resource.physical_resource_id, original_resource.attrs = r
                    return original_resource
                original_resource.delete(account_id, region_name)
                return cls.create_from_cloudformation_json(new_resource_name, cloudformation_json, account_id, region_name)

            def delete(self, account_id, region_name):
                try:
                    if hasattr(h, "delete"):
                        h.delete(self.ctx, self.physical_resource_id)
                except (TypeError, AttributeError) as e:
                    raise RuntimeError(f"delete {cfn_type}: {e}") from e

        Res.__name__ = cfn_type.replace("::", "_")
        REGISTERED[cfn_type] = Res
        return h

    return deco


# ------------------------------------------------------------------ resources
@resource("AWS::ApplicationAutoScaling::ScalableTarget")
class _:
    def create(c):
        c.api("application-autoscaling", "RegisterScalableTarget", **c.p)
        ident = f"{c.p['ResourceId']}|{c.p['ScalableDimension']}|{c.p['ServiceNamespace']}"
        return ident, {"Id": ident}

    def update(c, ident, old):
        return _AAS["target"].create(c)

    def delete(c, ident):
        r, d, s = ident.split("|")
        c.api("application-autoscaling", "DeregisterScalableTarget", ResourceId=r, ScalableDimension=d, ServiceNamespace=s)


_AAS = {"target": _}


@resource("AWS::ApplicationAutoScaling::ScalingPolicy")
class _:
    def params(c):
        p = dict(c.p)
        if "ScalingTargetId" in p:
            p["ResourceId"], p["ScalableDimension"], p["ServiceNamespace"] = p.pop("ScalingTargetId").split("|")
        return p

    def create(c):
        r = c.api("application-autoscaling", "PutScalingPolicy", **_AAS["policy"].params(c))
        return r["PolicyARN"], {"Arn": r["PolicyARN"]}

    def update(c, ident, old):
        return _AAS["policy"].create(c)

    def delete(c, ident):
        p = _AAS["policy"].params(c)
        c.api("application-autoscaling", "DeleteScalingPolicy",
              **{k: p[k] for k in ("PolicyName", "ResourceId", "ScalableDimension", "ServiceNamespace")})


_AAS["policy"] = _


@resource("AWS::CloudWatch::Alarm", "AlarmName")
class Alarm:
    def create(c):
        p = dict(c.p, AlarmName=c.p.get("AlarmName", c.name))
        c.api("cloudwatch", "PutMetricAlarm", **p)
        return p["AlarmName"], {"Arn": f"arn:aws:cloudwatch:{c.region}:{c.account}:alarm:{p['AlarmName']}"}

    def update(c, ident, old):
        return Alarm.create(c)

    def delete(c, ident):
        c.api("cloudwatch", "DeleteAlarms", AlarmNames=[ident])


@resource("AWS::KMS::Key")
class KmsKey:
    def create(c):
        tags = [{"TagKey": t["Key"], "TagValue": t["Value"]} for t in c.p.get("Tags", [])]
        k = c.api("kms", "CreateKey", Policy=c.p.get("KeyPolicy"), Description=c.p.get("Description"), Tags=tags,
                  KeyUsage=c.p.get("KeyUsage"), KeySpec=c.p.get("KeySpec"), MultiRegion=c.p.get("MultiRegion"))["KeyMetadata"]
        if str(c.p.get("EnableKeyRotation")).lower() == "true":
            c.api("kms", "EnableKeyRotation", KeyId=k["KeyId"])
        return k["KeyId"], {"Arn": k["Arn"], "KeyId": k["KeyId"]}

    def update(c, ident, old):
        c.api("kms", "PutKeyPolicy", KeyId=ident, PolicyName="default", Policy=c.p["KeyPolicy"])

    def delete(c, ident):
        c.api("kms", "ScheduleKeyDeletion", KeyId=ident, PendingWindowInDays=c.p.get("PendingWindowInDays", 30))


@resource("AWS::SecretsManager::Secret", "Name")
class Secret:
    def create(c):
        p = dict(c.p, Name=c.p.get("Name", c.name))
        g = p.pop("GenerateSecretString", None)
        if g is not None:
            tpl, key = g.pop("SecretStringTemplate", None), g.pop("GenerateStringKey", None)
            pw = c.api("secretsmanager", "GetRandomPassword", **g)["RandomPassword"]
            p["SecretString"] = json.dumps(dict(json.loads(tpl), **{key: pw})) if tpl else pw
        arn = c.api("secretsmanager", "CreateSecret", **p)["ARN"]
        return arn, {"Id": arn}

    def update(c, ident, old):
        if "SecretString" in c.p:
            c.api("secretsmanager", "PutSecretValue", SecretId=ident, SecretString=c.p["SecretString"])

    def delete(c, ident):
        c.api("secretsmanager", "DeleteSecret", SecretId=ident, ForceDeleteWithoutRecovery=True)


@resource("AWS::SecretsManager::SecretTargetAttachment")
class SecretAttach:
    def create(c):
        s = json.loads(c.api("secretsmanager", "GetSecretValue", SecretId=c.p["SecretId"])["SecretString"])
        if c.p["TargetType"].endswith("DBCluster"):
            d = c.api("rds", "DescribeDBClusters", DBClusterIdentifier=c.p["TargetId"])["DBClusters"][0]
            s.update(dbClusterIdentifier=d["DBClusterIdentifier"], host=d["Endpoint"], port=d.get("Port"), dbname=d.get("DatabaseName"))
        else:
            d = c.api("rds", "DescribeDBInstances", DBInstanceIdentifier=c.p["TargetId"])["DBInstances"][0]
            s.update(dbInstanceIdentifier=d["DBInstanceIdentifier"], host=d["Endpoint"]["Address"], port=d["Endpoint"]["Port"], dbname=d.get("DBName"))
        s["engine"] = "postgres" if "postgres" in d["Engine"] else d["Engine"]
        c.api("secretsmanager", "PutSecretValue", SecretId=c.p["SecretId"], SecretString=json.dumps({k: v for k, v in s.items() if v is not None}))
        return c.p["SecretId"], {"Id": c.p["SecretId"]}

    def update(c, ident, old):
        return SecretAttach.create(c)


def param_group(kind, op, describe_key):
    @resource(f"AWS::RDS::{kind}", f"{kind}Name")
    class G:
        def create(c):
            name = c.p.get(f"{kind}Name", c.low()).lower()
            c.api("rds", f"Create{op}", **{f"{kind}Name": name, "DBParameterGroupFamily": c.p["Family"],
                                           "Description": c.p["Description"], "Tags": c.p.get("Tags")})
            G.update(c, name, None)
            return name, {f"{kind}Name": name}

        def update(c, ident, old):
            ps = [{"ParameterName": k, "ParameterValue": v, "ApplyMethod": "pending-reboot"} for k, v in (c.p.get("Parameters") or {}).items()]
            try:
                if ps:
                    c.api("rds", f"Modify{op}", **{f"{kind}Name": ident, "Parameters": ps})
            except Exception as e:  # not every version has ModifyDBClusterParameterGroup
                print("overlay: parameters not stored:", str(e)[:120], file=sys.stderr)

        def delete(c, ident):
            c.api("rds", f"Delete{op}", **{f"{kind}Name": ident})

    return G


param_group("DBParameterGroup", "DBParameterGroup", "DBParameterGroups")
param_group("DBClusterParameterGroup", "DBClusterParameterGroup", "DBClusterParameterGroups")


def final_snapshot(c, ident):
    """DeletionPolicy: Snapshot leaves a final snapshot, as CloudFormation does."""
    if c.policy == "Snapshot":
        return {"SkipFinalSnapshot": False, "FinalDBSnapshotIdentifier": f"{ident}-snapshot-{uuid.uuid4().hex[:12]}"}
    return {"SkipFinalSnapshot": True}


@resource("AWS::RDS::DBCluster", "DBClusterIdentifier")
class DbCluster:
    def attrs(c, ident):
        d = c.api("rds", "DescribeDBClusters", DBClusterIdentifier=ident)["DBClusters"][0]
        return ident, {"Endpoint.Address": d["Endpoint"], "Endpoint.Port": str(d.get("Port") or 5432),
                       "ReadEndpoint.Address": d.get("ReaderEndpoint", d["Endpoint"]), "DBClusterArn": d["DBClusterArn"],
                       "DBClusterResourceId": d.get("DbClusterResourceId", "")}

    def create(c):
        ident = c.p.get("DBClusterIdentifier", c.low()).lower()
        p = dict(c.p, DBClusterIdentifier=ident)
        p.setdefault("Port", 5432 if "postgres" in p.get("Engine", "") else 3306)
        c.api("rds", "CreateDBCluster", **p)
        return DbCluster.attrs(c, ident)

    def update(c, ident, old):
        c.api("rds", "ModifyDBCluster", **dict({k: v for k, v in c.p.items() if k != "Tags"}, DBClusterIdentifier=ident, ApplyImmediately=True))
        return DbCluster.attrs(c, ident)

    def delete(c, ident):
        c.api("rds", "DeleteDBCluster", DBClusterIdentifier=ident, **final_snapshot(c, ident))


@resource("AWS::RDS::DBInstance", "DBInstanceIdentifier")
class DbInstance:
    def attrs(c, ident):
        d = c.api("rds", "DescribeDBInstances", DBInstanceIdentifier=ident)["DBInstances"][0]
        e = d.get("Endpoint", {})
        return ident, {"Endpoint.Address": e.get("Address", ""), "Endpoint.Port": str(e.get("Port") or 5432),
                       "DBInstanceArn": d["DBInstanceArn"], "DbiResourceId": d.get("DbiResourceId", "")}

    def create(c):
        ident = c.p.get("DBInstanceIdentifier", c.low()).lower()
        p = dict(c.p, DBInstanceIdentifier=ident)
        if p.get("VPCSecurityGroups"):
            p["VpcSecurityGroupIds"] = p.pop("VPCSecurityGroups")
        if p.get("DBClusterIdentifier"):
            d = c.api("rds", "DescribeDBClusters", DBClusterIdentifier=p["DBClusterIdentifier"])["DBClusters"][0]
            p.setdefault("EngineVersion", d["EngineVersion"])
            p.setdefault("MasterUsername", d.get("MasterUsername"))
            p.pop("DBParameterGroupName", None)
        c.api("rds", "CreateDBInstance", **p)
        return DbInstance.attrs(c, ident)

    def update(c, ident, old):
        c.api("rds", "ModifyDBInstance", DBInstanceIdentifier=ident, ApplyImmediately=True,
              **{k: c.p[k] for k in ("AllocatedStorage", "DBInstanceClass", "MultiAZ", "BackupRetentionPeriod", "DeletionProtection") if k in c.p})
        return DbInstance.attrs(c, ident)

    def delete(c, ident):
        snap = {"SkipFinalSnapshot": True} if c.p.get("DBClusterIdentifier") else final_snapshot(c, ident)
        c.api("rds", "DeleteDBInstance", DBInstanceIdentifier=ident, **snap)


@resource("AWS::ElasticLoadBalancingV2::LoadBalancer", "Name")
class Alb:
    def create(c):
        p = dict(c.p, Name=c.p.get("Name", c.name[-32:].strip("-")))
        r = c.api("elbv2", "CreateLoadBalancer", **p)["LoadBalancers"][0]
        Alb.modify(c, r["LoadBalancerArn"])
        return r["LoadBalancerArn"], {
            "DNSName": r["DNSName"], "LoadBalancerArn": r["LoadBalancerArn"], "LoadBalancerName": r["LoadBalancerName"],
            "LoadBalancerFullName": r["LoadBalancerArn"].split(":loadbalancer/")[1], "CanonicalHostedZoneID": r.get("CanonicalHostedZoneId", ""),
            "SecurityGroups": r.get("SecurityGroups", [])}

    def modify(c, ident):
        for a in c.p.get("LoadBalancerAttributes", []):
            c.api("elbv2", "ModifyLoadBalancerAttributes", LoadBalancerArn=ident, Attributes=[a])

    def update(c, ident, old):
        Alb.modify(c, ident)
        if c.p.get("SecurityGroups"):
            c.api("elbv2", "SetSecurityGroups", LoadBalancerArn=ident, SecurityGroups=c.p["SecurityGroups"])

    def delete(c, ident):
        c.api("elbv2", "DeleteLoadBalancer", LoadBalancerArn=ident)


@resource("AWS::ElasticLoadBalancingV2::TargetGroup", "Name")
class Tg:
    def create(c):
        p = dict(c.p, Name=c.p.get("Name", c.name[-32:].strip("-")))
        targets = p.pop("Targets", None)
        r = c.api("elbv2", "CreateTargetGroup", **p)["TargetGroups"][0]
        arn = r["TargetGroupArn"]
        Tg.modify(c, arn)
        if targets:
            c.api("elbv2", "RegisterTargets", TargetGroupArn=arn, Targets=targets)
        return arn, {"TargetGroupArn": arn, "TargetGroupName": r["TargetGroupName"], "TargetGroupFullName": arn.split(":")[-1], "LoadBalancerArns": []}

    def modify(c, ident):
        if c.p.get("TargetGroupAttributes"):
            c.api("elbv2", "ModifyTargetGroupAttributes", TargetGroupArn=ident, Attributes=c.p["TargetGroupAttributes"])

    def update(c, ident, old):
        Tg.modify(c, ident)
        c.api("elbv2", "ModifyTargetGroup", TargetGroupArn=ident, **{k: v for k, v in c.p.items() if k.startswith("Health") or k in ("UnhealthyThresholdCount", "Matcher")})

    def delete(c, ident):
        c.api("elbv2", "DeleteTargetGroup", TargetGroupArn=ident)


@resource("AWS::ElasticLoadBalancingV2::Listener")
class Lsn:
    def create(c):
        arn = c.api("elbv2", "CreateListener", **c.p)["Listeners"][0]["ListenerArn"]
        return arn, {"ListenerArn": arn}

    def update(c, ident, old):
        c.api("elbv2", "ModifyListener", ListenerArn=ident, **{k: v for k, v in c.p.items() if k in ("Port", "Protocol", "DefaultActions", "Certificates", "SslPolicy")})

    def delete(c, ident):
        c.api("elbv2", "DeleteListener", ListenerArn=ident)


@resource("AWS::ElasticLoadBalancingV2::ListenerRule")
class LsnRule:
    def create(c):
        arn = c.api("elbv2", "CreateRule", **c.p)["Rules"][0]["RuleArn"]
        return arn, {"RuleArn": arn, "IsDefault": "false"}

    def update(c, ident, old):
        c.api("elbv2", "ModifyRule", RuleArn=ident, Conditions=c.p["Conditions"], Actions=c.p["Actions"])

    def delete(c, ident):
        c.api("elbv2", "DeleteRule", RuleArn=ident)


@resource("AWS::ECS::Cluster", "ClusterName")
class EcsCluster:
    def create(c):
        p = dict(c.p, ClusterName=c.p.get("ClusterName", c.name), settings=c.p.get("ClusterSettings"))
        r = c.api("ecs", "CreateCluster", **p)["cluster"]
        return r["clusterName"], {"Arn": r["clusterArn"]}

    def update(c, ident, old):
        c.api("ecs", "UpdateClusterSettings", cluster=ident, settings=c.p.get("ClusterSettings", []))

    def delete(c, ident):
        c.api("ecs", "DeleteCluster", cluster=ident)


@resource("AWS::ECS::ClusterCapacityProviderAssociations")
class EcsCcpa:
    def create(c):
        c.api("ecs", "PutClusterCapacityProviders", **dict(c.p, defaultCapacityProviderStrategy=c.p.get("DefaultCapacityProviderStrategy", [])))
        return c.p["Cluster"], {}

    def update(c, ident, old):
        return EcsCcpa.create(c)


@resource("AWS::ECS::TaskDefinition", "Family")
class EcsTaskDef:
    def create(c):
        p = dict(c.p, Family=c.p.get("Family", c.name))
        arn = c.api("ecs", "RegisterTaskDefinition", **p)["taskDefinition"]["taskDefinitionArn"]
        return arn, {"TaskDefinitionArn": arn}

    def update(c, ident, old):
        r = EcsTaskDef.create(c)
        c.api("ecs", "DeregisterTaskDefinition", taskDefinition=ident)
        return r

    def delete(c, ident):
        c.api("ecs", "DeregisterTaskDefinition", taskDefinition=ident)


@resource("AWS::ECS::Service", "ServiceName")
class EcsService:
    """The ECS backend drops capacityProviderStrategy, deploymentConfiguration
    and a few others on create: they are put on the stored object, whose
    attributes the response serializer reads."""
    EXTRA = {"capacityProviderStrategy": "capacity_provider_strategy", "deploymentConfiguration": "deployment_configuration",
             "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds", "enableExecuteCommand": "enable_execute_command",
             "propagateTags": "propagate_tags", "enableECSManagedTags": "enable_ecs_managed_tags", "platformFamily": "platform_family"}

    def stored(c, name):
        from moto.ecs.models import ecs_backends

        for s in ecs_backends[c.account][c.region].services.values():
            if s.name == name and s.status == "ACTIVE" and s.cluster_name == c.p["Cluster"].split("/")[-1]:
                return s

    def extras(c, name):
        s = EcsService.stored(c, name)
        shape = client("ecs", c.region).meta.service_model.operation_model("CreateService").input_shape
        fitted = _fit(shape, c.p)
        for k, a in EcsService.EXTRA.items():
            if k in fitted:
                setattr(s, a, fitted[k])
        if "capacityProviderStrategy" in fitted:
            s.launch_type = None
            for d in s.deployments:
                d["capacityProviderStrategy"] = fitted["capacityProviderStrategy"]
                d.pop("launchType", None)
        running = os.environ.get("EMU_ECS_RUNNING", "all")
        n = s.desired_count if running == "all" else min(int(running), s.desired_count)
        s.running_count, s.pending_count = n, s.desired_count - n
        for d in s.deployments[:1]:
            d.update(runningCount=n, pendingCount=s.desired_count - n, desiredCount=s.desired_count,
                     taskDefinition=s.task_definition, rolloutState="COMPLETED" if n == s.desired_count else "IN_PROGRESS")
        EcsService.targets(c, n)

    def targets(c, n):
        if os.environ.get("EMU_TARGETS", "1") != "1":
            return
        for lb in c.p.get("LoadBalancers", []):
            tg = lb.get("TargetGroupArn")
            if not tg:
                continue
            have = [d["Target"] for d in c.api("elbv2", "DescribeTargetHealth", TargetGroupArn=tg)["TargetHealthDescriptions"]]
            if have:
                c.api("elbv2", "DeregisterTargets", TargetGroupArn=tg, Targets=have)
            if n:
                c.api("elbv2", "RegisterTargets", TargetGroupArn=tg, Targets=[{"Id": f"10.255.0.{i + 10}", "Port": lb["ContainerPort"]} for i in range(n)])

    def create(c):
        p = dict(c.p, ServiceName=c.p.get("ServiceName", c.name))
        p["DesiredCount"] = c.p.get("DesiredCount", 1)
        r = c.api("ecs", "CreateService", **p)["service"]
        EcsService.extras(c, r["serviceName"])
        return r["serviceArn"], {"Name": r["serviceName"], "ServiceArn": r["serviceArn"]}

    def update(c, ident, old):
        c.api("ecs", "UpdateService", cluster=c.p["Cluster"], service=ident, taskDefinition=c.p["TaskDefinition"], desiredCount=c.p.get("DesiredCount", 1))
        EcsService.extras(c, ident.split("/")[-1])

    def delete(c, ident):
        c.api("ecs", "UpdateService", cluster=c.p["Cluster"], service=ident, desiredCount=0)
        s = EcsService.stored(c, ident.split("/")[-1])
        s.running_count = s.pending_count = 0
        EcsService.targets(c, 0)
        c.api("ecs", "DeleteService", cluster=c.p["Cluster"], service=ident, force=True)


# ------------------------------------------------------------------------ EC2
def tag_spec(kind, c):
    tags = [{"Key": t["Key"], "Value": t["Value"]} for t in c.p.get("Tags", [])]
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": tags}]} if tags else {}


@resource("AWS::EC2::VPC")
class Vpc:
    def attrs(c, ident):
        v = c.api("ec2", "DescribeVpcs", VpcIds=[ident])["Vpcs"][0]
        f = [{"Name": "vpc-id", "Values": [ident]}]
        sg = c.api("ec2", "DescribeSecurityGroups", Filters=f + [{"Name": "group-name", "Values": ["default"]}])["SecurityGroups"]
        acl = c.api("ec2", "DescribeNetworkAcls", Filters=f)["NetworkAcls"]
        return ident, {"VpcId": ident, "CidrBlock": v["CidrBlock"], "CidrBlockAssociations": [], "Ipv6CidrBlocks": [],
                       "DefaultSecurityGroup": sg[0]["GroupId"] if sg else "", "DefaultNetworkAcl": acl[0]["NetworkAclId"] if acl else ""}

    def create(c):
        ident = c.api("ec2", "CreateVpc", **{k: v for k, v in c.p.items() if k != "Tags"}, **tag_spec("vpc", c))["Vpc"]["VpcId"]
        Vpc.update(c, ident, None)
        return Vpc.attrs(c, ident)

    def update(c, ident, old):
        for k in ("EnableDnsSupport", "EnableDnsHostnames"):
            if k in c.p:
                c.api("ec2", "ModifyVpcAttribute", VpcId=ident, **{k: {"Value": c.p[k]}})

    def delete(c, ident):
        c.api("ec2", "DeleteVpc", VpcId=ident)


@resource("AWS::EC2::Subnet")
class Subnet:
    def create(c):
        s = c.api("ec2", "CreateSubnet", **{k: v for k, v in c.p.items() if k != "Tags"}, **tag_spec("subnet", c))["Subnet"]
        if "MapPublicIpOnLaunch" in c.p:
            c.api("ec2", "ModifySubnetAttribute", SubnetId=s["SubnetId"], MapPublicIpOnLaunch={"Value": c.p["MapPublicIpOnLaunch"]})
        return s["SubnetId"], {"SubnetId": s["SubnetId"], "AvailabilityZone": s["AvailabilityZone"], "CidrBlock": s["CidrBlock"], "VpcId": s["VpcId"], "NetworkAclAssociationId": ""}

    def update(c, ident, old):
        pass

    def delete(c, ident):
        c.api("ec2", "DeleteSubnet", SubnetId=ident)


@resource("AWS::EC2::RouteTable")
class RouteTable:
    def create(c):
        i = c.api("ec2", "CreateRouteTable", VpcId=c.p["VpcId"], **tag_spec("route-table", c))["RouteTable"]["RouteTableId"]
        return i, {"RouteTableId": i}

    def update(c, ident, old):
        pass

    def delete(c, ident):
        c.api("ec2", "DeleteRouteTable", RouteTableId=ident)


@resource("AWS::EC2::SubnetRouteTableAssociation")
class Assoc:
    def create(c):
        i = c.api("ec2", "AssociateRouteTable", **c.p)["AssociationId"]
        return i, {"Id": i}

    def delete(c, ident):
        c.api("ec2", "DisassociateRouteTable", AssociationId=ident)


@resource("AWS::EC2::Route")
class Route:
    def create(c):
        c.api("ec2", "CreateRoute", **c.p)
        dest = c.p.get("DestinationCidrBlock") or c.p.get("DestinationIpv6CidrBlock") or c.p.get("DestinationPrefixListId")
        return f"{c.p['RouteTableId']}|{dest}", {"CidrBlock": dest}

    def delete(c, ident):
        c.api("ec2", "DeleteRoute", **{k: v for k, v in c.p.items() if k == "RouteTableId" or k.startswith("Destination")})


@resource("AWS::EC2::InternetGateway")
class Igw:
    def create(c):
        i = c.api("ec2", "CreateInternetGateway", **tag_spec("internet-gateway", c))["InternetGateway"]["InternetGatewayId"]
        return i, {"InternetGatewayId": i}

    def update(c, ident, old):
        pass

    def delete(c, ident):
        c.api("ec2", "DeleteInternetGateway", InternetGatewayId=ident)


@resource("AWS::EC2::VPCGatewayAttachment")
class GwAttach:
    def create(c):
        c.api("ec2", "AttachInternetGateway", VpcId=c.p["VpcId"], InternetGatewayId=c.p["InternetGatewayId"])
        return f"IGW|{c.p['VpcId']}", {"AttachmentType": "IGW"}

    def delete(c, ident):
        c.api("ec2", "DetachInternetGateway", VpcId=c.p["VpcId"], InternetGatewayId=c.p["InternetGatewayId"])


@resource("AWS::EC2::EIP")
class Eip:
    def create(c):
        r = c.api("ec2", "AllocateAddress", Domain=c.p.get("Domain", "vpc"), **tag_spec("elastic-ip", c))
        c.alloc = r["AllocationId"]
        return r["PublicIp"], {"AllocationId": r["AllocationId"], "PublicIp": r["PublicIp"]}

    def update(c, ident, old):
        c.alloc = old.alloc

    def delete(c, ident):
        c.api("ec2", "ReleaseAddress", AllocationId=c.alloc)


@resource("AWS::EC2::NatGateway")
class Nat:
    def create(c):
        i = c.api("ec2", "CreateNatGateway", **{k: v for k, v in c.p.items() if k != "Tags"}, **tag_spec("natgateway", c))["NatGateway"]["NatGatewayId"]
        return i, {"NatGatewayId": i}

    def update(c, ident, old):
        pass

    def delete(c, ident):
        c.api("ec2", "DeleteNatGateway", NatGatewayId=ident)


@resource("AWS::EC2::VPCEndpoint")
class Vpce:
    def create(c):
        i = c.api("ec2", "CreateVpcEndpoint", **c.p)["VpcEndpoint"]["VpcEndpointId"]
        return i, {"Id": i, "DnsEntries": [], "NetworkInterfaceIds": []}

    def update(c, ident, old):
        pass

    def delete(c, ident):
        c.api("ec2", "DeleteVpcEndpoints", VpcEndpointIds=[ident])


@resource("AWS::EC2::FlowLog")
class FlowLog:
    def create(c):
        p = {k: v for k, v in c.p.items() if k not in ("Tags", "ResourceId")}
        r = c.api("ec2", "CreateFlowLogs", ResourceIds=[c.p["ResourceId"]], **p, **tag_spec("vpc-flow-log", c))
        if not r.get("FlowLogIds"):
            raise RuntimeError(json.dumps(r.get("Unsuccessful")))
        return r["FlowLogIds"][0], {"Id": r["FlowLogIds"][0]}

    def update(c, ident, old):
        pass

    def delete(c, ident):
        c.api("ec2", "DeleteFlowLogs", FlowLogIds=[ident])


def sg_perm(p, peer):
    e, d = {"IpProtocol": p["IpProtocol"], "FromPort": p.get("FromPort"), "ToPort": p.get("ToPort")}, p.get("Description")
    if p.get("CidrIp"):
        e["IpRanges"] = [{"CidrIp": p["CidrIp"], "Description": d}]
    if p.get("CidrIpv6"):
        e["Ipv6Ranges"] = [{"CidrIpv6": p["CidrIpv6"], "Description": d}]
    if p.get(peer):
        e["UserIdGroupPairs"] = [{"GroupId": p[peer], "Description": d}]
    if p.get(peer.replace("SecurityGroupId", "PrefixListId")):
        e["PrefixListIds"] = [{"PrefixListId": p[peer.replace("SecurityGroupId", "PrefixListId")]}]
    return [e]


@resource("AWS::EC2::SecurityGroup", "GroupName")
class Sg:
    def create(c):
        i = c.api("ec2", "CreateSecurityGroup", GroupName=c.p.get("GroupName", c.name), Description=c.p["GroupDescription"],
                  VpcId=c.p.get("VpcId"), **tag_spec("security-group", c))["GroupId"]
        for r in c.p.get("SecurityGroupIngress", []):
            c.api("ec2", "AuthorizeSecurityGroupIngress", GroupId=i, IpPermissions=sg_perm(r, "SourceSecurityGroupId"))
        out = c.p.get("SecurityGroupEgress", [])
        if out and not any(r.get("CidrIp") == "0.0.0.0/0" and str(r["IpProtocol"]) == "-1" for r in out):
            c.api("ec2", "RevokeSecurityGroupEgress", GroupId=i, IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}])
            for r in out:
                c.api("ec2", "AuthorizeSecurityGroupEgress", GroupId=i, IpPermissions=sg_perm(r, "DestinationSecurityGroupId"))
        return i, {"GroupId": i, "Id": i, "VpcId": c.p.get("VpcId", "")}

    def update(c, ident, old):
        for op, key, peer in (("Ingress", "SecurityGroupIngress", "SourceSecurityGroupId"), ("Egress", "SecurityGroupEgress", "DestinationSecurityGroupId")):
            for verb, a, b in (("Revoke", old, c), ("Authorize", c, old)):
                for r in a.p.get(key, []):
                    if r not in b.p.get(key, []):
                        c.api("ec2", f"{verb}SecurityGroup{op}", GroupId=ident, IpPermissions=sg_perm(r, peer))

    def delete(c, ident):
        c.api("ec2", "DeleteSecurityGroup", GroupId=ident)


def sg_rule(direction, peer):
    @resource(f"AWS::EC2::SecurityGroup{direction}")
    class Rule:
        def create(c):
            c.api("ec2", f"AuthorizeSecurityGroup{direction}", GroupId=c.p["GroupId"], IpPermissions=sg_perm(c.p, peer))
            i = "sgr-" + uuid.uuid4().hex[:17]
            return i, {"Id": i}

        def delete(c, ident):
            c.api("ec2", f"RevokeSecurityGroup{direction}", GroupId=c.p["GroupId"], IpPermissions=sg_perm(c.p, peer))


sg_rule("Ingress", "SourceSecurityGroupId")
sg_rule("Egress", "DestinationSecurityGroupId")


# ------------------------------------------- data stores, registry, logs, IAM
@resource("AWS::DynamoDB::Table", "TableName")
class DdbTable:
    def create(c):
        p = dict(c.p, TableName=c.p.get("TableName", c.name))
        if "SSESpecification" in p:
            s = p["SSESpecification"] = dict(p["SSESpecification"])
            s["Enabled"] = s.pop("SSEEnabled", False)
        t = c.api("dynamodb", "CreateTable", **p)["TableDescription"]
        DdbTable.options(c, t["TableName"])
        return t["TableName"], {"Arn": t["TableArn"], "StreamArn": t.get("LatestStreamArn", "")}

    def options(c, ident):
        if c.p.get("TimeToLiveSpecification"):
            c.api("dynamodb", "UpdateTimeToLive", TableName=ident, TimeToLiveSpecification=c.p["TimeToLiveSpecification"])
        if c.p.get("PointInTimeRecoverySpecification"):
            c.api("dynamodb", "UpdateContinuousBackups", TableName=ident, PointInTimeRecoverySpecification=c.p["PointInTimeRecoverySpecification"])

    def update(c, ident, old):
        DdbTable.options(c, ident)

    def delete(c, ident):
        if str(c.p.get("DeletionProtectionEnabled")).lower() == "true":
            raise RuntimeError("deletion protection is enabled")
        c.api("dynamodb", "DeleteTable", TableName=ident)


@resource("AWS::DynamoDB::GlobalTable", "TableName")
class DdbGlobalTable:
    """TableV2: the home region's replica only."""

    def flat(c):
        r = next((x for x in c.p.get("Replicas", []) if x.get("Region") == c.region), {})
        p = dict(c.p, **{k: r[k] for k in ("PointInTimeRecoverySpecification", "DeletionProtectionEnabled", "Tags", "TableClass", "ContributorInsightsSpecification") if k in r})
        p.setdefault("BillingMode", "PROVISIONED")
        sse = p.get("SSESpecification")
        if sse and r.get("SSESpecification"):
            p["SSESpecification"] = dict(sse, **r["SSESpecification"])
        p.pop("StreamSpecification", None) if len(c.p.get("Replicas", [])) < 2 else None
        f = Ctx({}, c.name, c.account, c.region)
        f.p = p
        return f

    def create(c):
        name, attrs = DdbTable.create(DdbGlobalTable.flat(c))
        return name, dict(attrs, TableId=name)

    def update(c, ident, old):
        DdbTable.options(DdbGlobalTable.flat(c), ident)

    def delete(c, ident):
        DdbTable.delete(DdbGlobalTable.flat(c), ident)


@resource("AWS::ECR::Repository", "RepositoryName")
class EcrRepo:
    def create(c):
        name = c.p.get("RepositoryName", c.name.lower())
        r = c.api("ecr", "CreateRepository", **dict(c.p, RepositoryName=name))["repository"]
        EcrRepo.update(c, name, None)
        return name, {"Arn": r["repositoryArn"], "RepositoryUri": r["repositoryUri"]}

    def update(c, ident, old):
        if c.p.get("LifecyclePolicy", {}).get("LifecyclePolicyText"):
            c.api("ecr", "PutLifecyclePolicy", repositoryName=ident, lifecyclePolicyText=c.p["LifecyclePolicy"]["LifecyclePolicyText"])
        if c.p.get("RepositoryPolicyText"):
            c.api("ecr", "SetRepositoryPolicy", repositoryName=ident, policyText=c.p["RepositoryPolicyText"])

    def delete(c, ident):
        c.api("ecr", "DeleteRepository", repositoryName=ident, force=bool(c.p.get("EmptyOnDelete")))


@resource("AWS::Logs::LogGroup", "LogGroupName")
class LogGroup:
    def create(c):
        name = c.p.get("LogGroupName", c.name)
        c.api("logs", "CreateLogGroup", logGroupName=name, kmsKeyId=c.p.get("KmsKeyId"), tags={t["Key"]: t["Value"] for t in c.p.get("Tags", [])})
        LogGroup.update(c, name, None)
        return name, {"Arn": f"arn:aws:logs:{c.region}:{c.account}:log-group:{name}:*"}

    def update(c, ident, old):
        if c.p.get("RetentionInDays"):
            c.api("logs", "PutRetentionPolicy", logGroupName=ident, retentionInDays=c.p["RetentionInDays"])

    def delete(c, ident):
        c.api("logs", "DeleteLogGroup", logGroupName=ident)


@resource("AWS::IAM::Role", "RoleName")
class IamRole:
    def create(c):
        p = dict(c.p, RoleName=c.p.get("RoleName", c.name[-64:]))
        r = c.api("iam", "CreateRole", **p)["Role"]
        for a in c.p.get("ManagedPolicyArns", []):
            try:
                c.api("iam", "AttachRolePolicy", RoleName=r["RoleName"], PolicyArn=a)
            except Exception:
                # AWS managed policies are only there with MOTO_IAM_LOAD_MANAGED_POLICIES=true
                print("overlay: managed policy not attached:", a, file=sys.stderr)
        for q in c.p.get("Policies", []):
            c.api("iam", "PutRolePolicy", RoleName=r["RoleName"], **q)
        return r["RoleName"], {"Arn": r["Arn"], "RoleId": r["RoleId"]}

    def update(c, ident, old):
        c.api("iam", "UpdateAssumeRolePolicy", RoleName=ident, PolicyDocument=c.p["AssumeRolePolicyDocument"])
        for q in c.p.get("Policies", []):
            c.api("iam", "PutRolePolicy", RoleName=ident, **q)

    def delete(c, ident):
        for a in c.api("iam", "ListAttachedRolePolicies", RoleName=ident)["AttachedPolicies"]:
            c.api("iam", "DetachRolePolicy", RoleName=ident, PolicyArn=a["PolicyArn"])
        for n in c.api("iam", "ListRolePolicies", RoleName=ident)["PolicyNames"]:
            c.api("iam", "DeleteRolePolicy", RoleName=ident, PolicyName=n)
        c.api("iam", "DeleteRole", RoleName=ident)


@resource("AWS::IAM::Policy", "PolicyName")
class IamPolicy:
    def create(c):
        for r in c.p.get("Roles", []):
            c.api("iam", "PutRolePolicy", RoleName=r, PolicyName=c.p["PolicyName"], PolicyDocument=c.p["PolicyDocument"])
        for u in c.p.get("Users", []):
            c.api("iam", "PutUserPolicy", UserName=u, PolicyName=c.p["PolicyName"], PolicyDocument=c.p["PolicyDocument"])
        return c.p["PolicyName"], {"Id": c.p["PolicyName"]}

    def update(c, ident, old):
        return IamPolicy.create(c)

    def delete(c, ident):
        for r in c.p.get("Roles", []):
            c.api("iam", "DeleteRolePolicy", RoleName=r, PolicyName=ident)
        for u in c.p.get("Users", []):
            c.api("iam", "DeleteUserPolicy", UserName=u, PolicyName=ident)


@resource("AWS::KMS::Alias")
class KmsAlias:
    def create(c):
        c.api("kms", "CreateAlias", AliasName=c.p["AliasName"], TargetKeyId=c.p["TargetKeyId"])
        return c.p["AliasName"], {"AliasName": c.p["AliasName"]}

    def delete(c, ident):
        c.api("kms", "DeleteAlias", AliasName=ident)


@resource("AWS::SNS::Topic", "TopicName")
class SnsTopic:
    def create(c):
        name = c.p.get("TopicName", c.name)
        at = {k: c.p[k] for k in ("KmsMasterKeyId", "DisplayName", "FifoTopic") if k in c.p}
        arn = c.api("sns", "CreateTopic", Name=name, Attributes=at, Tags=c.p.get("Tags"))["TopicArn"]
        for s in c.p.get("Subscription", []):
            c.api("sns", "Subscribe", TopicArn=arn, **s)
        return arn, {"TopicArn": arn, "TopicName": name}

    def update(c, ident, old):
        pass

    def delete(c, ident):
        c.api("sns", "DeleteTopic", TopicArn=ident)


@resource("AWS::SNS::Subscription")
class SnsSub:
    def create(c):
        arn = c.api("sns", "Subscribe", **c.p, ReturnSubscriptionArn=True)["SubscriptionArn"]
        return arn, {"Arn": arn}

    def delete(c, ident):
        c.api("sns", "Unsubscribe", SubscriptionArn=ident)


@resource("AWS::CloudWatch::Dashboard", "DashboardName")
class Dashboard:
    def create(c):
        name = c.p.get("DashboardName", c.name)
        c.api("cloudwatch", "PutDashboard", DashboardName=name, DashboardBody=c.p["DashboardBody"])
        return name, {}

    def update(c, ident, old):
        return Dashboard.create(c)

    def delete(c, ident):
        c.api("cloudwatch", "DeleteDashboards", DashboardNames=[ident])


@resource("AWS::RDS::DBSubnetGroup", "DBSubnetGroupName")
class DbSubnets:
    def create(c):
        name = c.p.get("DBSubnetGroupName", c.low()).lower()
        c.api("rds", "CreateDBSubnetGroup", **dict(c.p, DBSubnetGroupName=name))
        return name, {"DBSubnetGroupName": name}

    def update(c, ident, old):
        c.api("rds", "ModifyDBSubnetGroup", DBSubnetGroupName=ident, SubnetIds=c.p["SubnetIds"])

    def delete(c, ident):
        c.api("rds", "DeleteDBSubnetGroup", DBSubnetGroupName=ident)


@resource("AWS::Logs::MetricFilter", "FilterName")
class MetricFilter:
    def create(c):
        name = c.p.get("FilterName", c.name)
        c.api("logs", "PutMetricFilter", **dict(c.p, filterName=name))
        return name, {}

    def update(c, ident, old):
        c.api("logs", "PutMetricFilter", **dict(c.p, filterName=ident))

    def delete(c, ident):
        c.api("logs", "DeleteMetricFilter", logGroupName=c.p["LogGroupName"], filterName=ident)


@resource("AWS::CloudWatch::CompositeAlarm", "AlarmName")
class Composite:
    def create(c):
        name = c.p.get("AlarmName", c.name)
        try:
            c.api("cloudwatch", "PutCompositeAlarm", **dict(c.p, AlarmName=name))
        except Exception:  # not in moto 5.2: deployable, not describable
            print("overlay: composite alarm kept as a stub:", name, file=sys.stderr)
        return name, {"Arn": f"arn:aws:cloudwatch:{c.region}:{c.account}:alarm:{name}"}

    def update(c, ident, old):
        Composite.create(c)

    def delete(c, ident):
        c.api("cloudwatch", "DeleteAlarms", AlarmNames=[ident])


@resource("AWS::S3::BucketPolicy")
class BucketPolicy:
    def create(c):
        # the server speaks plain HTTP, and moto would enforce enforceSSL's Deny
        doc = dict(c.p["PolicyDocument"])
        doc["Statement"] = [x for x in doc["Statement"] if "aws:SecureTransport" not in json.dumps(x)]
        if doc["Statement"]:
            c.api("s3", "PutBucketPolicy", Bucket=c.p["Bucket"], Policy=doc)
        return c.p["Bucket"] + "-policy", {}

    def update(c, ident, old):
        BucketPolicy.create(c)

    def delete(c, ident):
        c.api("s3", "DeleteBucketPolicy", Bucket=c.p["Bucket"])


@resource("AWS::SNS::TopicPolicy")
class TopicPolicy:
    def create(c):
        for t in c.p["Topics"]:
            c.api("sns", "SetTopicAttributes", TopicArn=t, AttributeName="Policy", AttributeValue=json.dumps(c.p["PolicyDocument"]))
        return c.name, {"Id": c.name}

    def update(c, ident, old):
        TopicPolicy.create(c)


class StubAttrs(dict):
    def __init__(self, name):
        self.name = name

    def __contains__(self, k):
        return True

    def __getitem__(self, k):
        return f"stub-{self.name}-{k}"


class StubHandler:
    """A stand-in: no API behind it, every attribute answers."""

    def create(c):
        return c.name, StubAttrs(c.name)

    def update(c, ident, old):
        pass

    def delete(c, ident):
        pass


def stub(resource_type):
    if resource_type not in REGISTERED:
        resource(resource_type)(StubHandler)
        P.get_model_list.cache_clear()
        P.get_model_map.cache_clear()
    return REGISTERED[resource_type]


# --------------------------------------------------------------- engine fixes
P.get_model_list.cache_clear()
P.get_model_map.cache_clear()
P.get_name_type_map.cache_clear()
_class_from_type = P.resource_class_from_type


def resource_class_from_type(resource_type):
    custom = resource_type.startswith("Custom::") or resource_type == "AWS::CloudFormation::CustomResource"
    if resource_type in REGISTERED:
        return REGISTERED[resource_type]
    if resource_type == "AWS::CDK::Metadata" or custom and os.environ.get("EMU_CUSTOM", "1") == "1":
        return stub(resource_type)
    if resource_type.startswith("AWS::Lambda::Function") and os.environ.get("EMU_CUSTOM", "1") == "1":
        return stub(resource_type)
    cls = _class_from_type(resource_type)
    if cls is None and resource_type not in P.NULL_MODELS:
        if STRICT:
            raise P.ValidationError(message=f"Unsupported resource type: {resource_type}")
        print("overlay: stub for unsupported", resource_type, file=sys.stderr)
        return stub(resource_type)
    return cls


P.resource_class_from_type = resource_class_from_type


def event(stack_id, stack_name, events, logical, physical, rtype, status, reason=None):
    events.append(M.Event(stack_id, stack_name, logical, physical or "", rtype, status, reason, None))


_getitem = P.ResourceMap.__getitem__


def getitem(self, key):
    if key in self._parsed_resources or key not in self._resource_json_map:
        return _getitem(self, key)
    if getattr(self, "emu_frozen", False):
        return None  # plain moto would create the deleted resource anew
    rtype = self._resource_json_map[key].get("Type", "")
    log = getattr(self, "emu_events", None)
    try:
        if rtype in behaviour.failCreation:
            raise RuntimeError("creation made to fail by the test")
        res = _getitem(self, key)
    except Exception as e:
        if not getattr(e, "emu_seen", False):
            reason = getattr(e, "message", None) or getattr(e, "description", None) or str(e) or repr(e)
            if not isinstance(e, (P.ValidationError, RuntimeError)) or isinstance(e, KeyError):
                reason = f"{type(e).__name__}: {reason}"
            err = P.ValidationError(message=f"{key} ({rtype}): {reason}")
            err.emu_seen = True
            err.emu_reason = reason
            if log is not None:
                event(self.stack_id, self["AWS::StackName"], log, key, "", rtype, "CREATE_IN_PROGRESS")
                event(self.stack_id, self["AWS::StackName"], log, key, "", rtype, "CREATE_FAILED", reason)
            raise err from e
        raise
    if res is not None:
        order = self.__dict__.setdefault("emu_order", [])
        if key not in order:
            order.append(key)
        if log is not None:
            pid = getattr(res, "physical_resource_id", "")
            event(self.stack_id, self["AWS::StackName"], log, key, pid, rtype, "CREATE_IN_PROGRESS")
            event(self.stack_id, self["AWS::StackName"], log, key, pid, rtype, "CREATE_COMPLETE")
    return res


P.ResourceMap.__getitem__ = getitem


def delete_all(self):
    """Reverse creation order, several passes for leftovers, DeletionPolicy kept."""
    log = getattr(self, "emu_events", None)
    self.emu_frozen = True
    keys = list(reversed(getattr(self, "emu_order", []))) or list(self._resource_json_map)
    last, why = None, {}
    for _ in range(5):
        left = []
        for key in keys:
            res = self._parsed_resources.get(key)
            spec = self._resource_json_map.get(key)
            if spec is None or res is None or isinstance(res, str):
                continue
            rtype, pid = spec["Type"], getattr(res, "physical_resource_id", "")
            name = self["AWS::StackName"]
            if spec.get("DeletionPolicy") in ("Retain", "RetainExceptOnCreate"):
                if log is not None:
                    event(self.stack_id, name, log, key, pid, rtype, "DELETE_SKIPPED")
                self._parsed_resources.pop(key, None)
                continue
            try:
                if hasattr(res, "ctx"):
                    res.ctx.policy = spec.get("DeletionPolicy")
                self._delete_resource(res, spec)
                self._parsed_resources.pop(key, None)
                if log is not None:
                    event(self.stack_id, name, log, key, pid, rtype, "DELETE_COMPLETE")
            except Exception as e:
                last = why[key] = e
                left.append(key)
        if not left:
            self.emu_order = []
            return
        if len(left) == len(keys):
            break
        keys = left
    for key in left:
        res = self._parsed_resources.get(key)
        if log is not None:
            event(self.stack_id, self["AWS::StackName"], log, key, getattr(res, "physical_resource_id", ""),
                  self._resource_json_map[key]["Type"], "DELETE_FAILED", f"{type(why[key]).__name__}: {why[key]}")
    raise last


P.ResourceMap.delete = delete_all


def outputs_of(self):
    """Outputs and exports are worked out once the stack is up, then kept: plain
    moto evaluates them at each describe, which can create resources anew."""
    if not getattr(self.resource_map, "emu_frozen", False):
        exports = self.output_map.exports
        names = {}
        for e in exports:
            names.setdefault(e.value, e.name)
        self.emu_outputs = [
            {"OutputKey": o.key, "OutputValue": o.value, "Description": o.description, "ExportName": names.get(o.value)}
            for o in self.output_map.values() if o] or None
        self.emu_exports = exports
    return getattr(self, "emu_outputs", None)


M.Stack.outputs = property(outputs_of)
M.Stack.exports = property(lambda self: (outputs_of(self), getattr(self, "emu_exports", []))[1])


def known_resources(self):
    rm = self.resource_map
    return [rm._parsed_resources[k] for k in getattr(rm, "emu_order", []) if k in rm._parsed_resources]


M.Stack.stack_resources = property(known_resources)


def attach(stack):
    stack.resource_map.emu_events = stack.events
    stack.resource_map.cross_stack_resources = stack.cross_stack_resources


def stack_delete(self):
    attach(self)
    try:
        outputs_of(self)
    except Exception:
        self.emu_outputs, self.emu_exports = None, []
    self.resource_map.__dict__.setdefault("emu_order", [])
    self._add_stack_event("DELETE_IN_PROGRESS", resource_status_reason="User Initiated")
    self.resource_map.delete()
    self._add_stack_event("DELETE_COMPLETE")
    self.status = "DELETE_COMPLETE"


M.Stack.delete = stack_delete


def roll_back(stack, error):
    reason = f"The following resource(s) failed to create: {getattr(error, 'message', str(error))}"
    stack._add_stack_event("ROLLBACK_IN_PROGRESS", resource_status_reason=reason)
    stack.emu_outputs, stack.emu_exports = None, []
    stack.resource_map.emu_frozen = True
    stack.output_map = M.OutputMap(stack.resource_map, {}, stack.stack_id)
    try:
        stack.resource_map.delete()
        stack.status = "ROLLBACK_COMPLETE"
    except Exception as e:
        stack.status = "ROLLBACK_FAILED"
        reason = str(e)
    stack.status_reason = stack.stack_status_reason = reason
    stack._add_stack_event(stack.status, resource_status_reason=reason)


def create_resources(self):
    attach(self)
    self.status = "CREATE_IN_PROGRESS"
    try:
        ready = self.resource_map.create(self.template_dict)
    except Exception as e:
        roll_back(self, e)
        return
    self.description = self.template_dict.get("Description")
    self.output_map = self._create_output_map()
    if ready:
        self.mark_creation_complete()


M.Stack.create_resources = create_resources
_update = M.Stack.update


def update(self, *a, **k):
    attach(self)
    try:
        _update(self, *a, **k)
    except Exception as e:
        self.status = "UPDATE_ROLLBACK_COMPLETE"
        self._add_stack_event(self.status, resource_status_reason=str(e))


M.Stack.update = update
_execute = M.CloudFormationBackend.execute_change_set


def execute_change_set(self, change_set_name, stack_name=None):
    cs = find_change_set(self, change_set_name, stack_name)
    if cs is None:
        raise M.ValidationError(stack_name)
    stack = self.stacks[cs.stack_id]
    stack.cross_stack_resources = self.exports
    attach(stack)
    kind = cs.change_set_type if cs.change_set_type in ("CREATE", "UPDATE") else "CREATE"
    stack._add_stack_event(f"{kind}_IN_PROGRESS", resource_status_reason="User Initiated")
    try:
        cs.apply()
        stack.template, stack.template_dict = cs.template, cs.template_dict
        stack.description = cs.template_dict.get("Description")
        if cs.parameters:
            stack.parameters = cs.parameters
        if cs.tags:
            stack.tags = cs.tags
        stack.output_map = stack._create_output_map()
        for e in stack.exports:
            self.exports[e.name] = e
        stack.status = f"{kind}_COMPLETE"
        stack._add_stack_event(stack.status)
    except Exception as e:
        stack.template, stack.template_dict = cs.template, cs.template_dict
        if kind == "CREATE":
            roll_back(stack, e)
        else:
            stack.status = "UPDATE_ROLLBACK_COMPLETE"
            stack._add_stack_event(stack.status, resource_status_reason=str(e))
    cs.execution_status = "EXECUTE_COMPLETE"


M.CloudFormationBackend.execute_change_set = execute_change_set
_delete_stack = M.CloudFormationBackend.delete_stack


def delete_stack(self, name_or_stack_id):
    stack = next((s for s in self.stacks.values() if name_or_stack_id in (s.name, s.stack_id)), None)
    if stack is None:
        return
    names = []
    try:
        names = [e.name for e in stack.exports]
    except Exception:
        pass
    try:
        stack.delete()
    except Exception as e:
        stack.status = "DELETE_FAILED"
        stack.stack_status_reason = str(e)
        stack._add_stack_event("DELETE_FAILED", resource_status_reason=str(e))
        return
    self.stacks.pop(stack.stack_id, None)
    for k in [k for k, c in self.change_sets.items() if c.stack_id == stack.stack_id]:
        self.change_sets.pop(k)  # a later stack of this name would find them
    self.deleted_stacks[stack.stack_id] = stack
    for n in names:
        self.exports.pop(n, None)


M.CloudFormationBackend.delete_stack = delete_stack


def find_change_set(self, name, stack_name=None):
    hits = [c for k, c in self.change_sets.items()
            if name in (k, c.change_set_name) and (not stack_name or stack_name in (c.stack_name, c.stack_id))]
    return hits[-1] if hits else None


def delete_change_set(self, change_set_name):
    cs = find_change_set(self, change_set_name, request_stack())
    if cs is not None:  # plain moto answers 500 when there is none
        self.change_sets.pop(cs.change_set_id, None)


def describe_change_set(self, change_set_name):
    cs = find_change_set(self, change_set_name, request_stack())
    if cs is None:
        e = P.ValidationError(message=f"ChangeSet [{change_set_name}] does not exist")
        e.code = "ChangeSetNotFound"
        raise e
    return cs


def request_stack():
    """StackName of the request in hand: change set names are per stack."""
    from flask import has_request_context, request

    if has_request_context():
        return request.values.get("StackName")


M.CloudFormationBackend.delete_change_set = delete_change_set
M.CloudFormationBackend.describe_change_set = describe_change_set
_ssm = P.ResourceMap.parse_ssm_parameter


def parse_ssm_parameter(self, value, value_type):
    """UsePreviousValue hands over the resolved value instead of the name."""
    try:
        return _ssm(self, value, value_type)
    except (AttributeError, KeyError):
        return value


P.ResourceMap.parse_ssm_parameter = parse_ssm_parameter
_resolve_update = M.CloudFormationBackend._resolve_update_parameters


def resolve_update_parameters(self, instance, incoming_params):
    known = getattr(instance, "template_dict", None) or {}
    for k, v in known.get("Parameters", {}).items():
        if "Default" in v:
            instance.parameters.setdefault(k, v["Default"])
    return _resolve_update(self, instance, incoming_params)


M.CloudFormationBackend._resolve_update_parameters = resolve_update_parameters


def template_from_url(template_url, account_id, partition):
    """Also accept http://127.0.0.1:PORT/bucket/key (plain moto wants 'localhost')."""
    url = re.sub(r"^https?://(127\.0\.0\.1|\[::1\])(:\d+)?/", "http://localhost/", template_url)
    return _from_url(url, account_id=account_id, partition=partition)


_from_url = U.get_stack_from_s3_url
for mod in (U, M, R):
    if hasattr(mod, "get_stack_from_s3_url"):
        mod.get_stack_from_s3_url = template_from_url

def no_trail():
    """cdk's failure diagnosis asks CloudTrail; a 500 there costs half a minute of retries."""
    try:
        from moto.cloudtrail.responses import CloudTrailResponse

        if not hasattr(CloudTrailResponse, "lookup_events"):
            CloudTrailResponse.lookup_events = lambda self: json.dumps({"Events": []})
    except ImportError:
        pass


no_trail()

