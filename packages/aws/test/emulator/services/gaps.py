"""Small gaps in moto's other services."""

import json
from typing import Any

from moto.applicationautoscaling.models import ApplicationAutoscalingBackend, FakeScalableTarget
from moto.cloudtrail.responses import CloudTrailResponse
from moto.elbv2.models import FakeHealthStatus, FakeTargetGroup
from moto.s3.models import FakeBucket
from moto.servicequotas.exceptions import NoSuchResource
from moto.servicequotas.responses import ServiceQuotasResponse

from behaviour import behaviour
from cloudformation.calls import call

_health_for = FakeTargetGroup.health_for
_get_permission = FakeBucket.get_permission
_register_scalable_target = ApplicationAutoscalingBackend.register_scalable_target

# Elastic IPs, VPCs, Fargate vCPUs on demand and on Spot. moto knows those of VPCs only.
QUOTAS = {"ec2/L-0263D0A3": 5, "vpc/L-F678F1CE": 5, "fargate/L-3032A538": 64, "fargate/L-36FBB829": 64}


def install() -> None:
    FakeTargetGroup.health_for = health_for
    FakeBucket.get_permission = get_permission
    CloudTrailResponse.lookup_events = lookup_events
    ApplicationAutoscalingBackend.register_scalable_target = register_scalable_target
    ServiceQuotasResponse.get_service_quota = get_service_quota
    ServiceQuotasResponse.get_aws_default_service_quota = get_service_quota


def health_for(group: FakeTargetGroup, target: dict[str, Any], ec2_backend: Any) -> FakeHealthStatus:
    """Registered targets are as healthy as the test wants them."""
    status = _health_for(group, target, ec2_backend)
    if status.status == "healthy" and behaviour.targetHealth == "unhealthy":
        status.status = "unhealthy"
        status.reason = "Target.ResponseCodeMismatch"
        status.description = "Health checks failed with these codes: [500]"
    return status


def get_permission(bucket: FakeBucket, action: str, resource: str) -> Any:
    """moto ignores conditions: the refusal of requests without TLS would be one of every request."""
    whole = bucket.policy
    if whole is None:
        return _get_permission(bucket, action, resource)
    document = json.loads(whole)
    statements = [s for s in document["Statement"] if "aws:SecureTransport" not in json.dumps(s)]
    bucket.policy = json.dumps({**document, "Statement": statements}).encode()
    try:
        return _get_permission(bucket, action, resource)
    finally:
        bucket.policy = whole


def lookup_events(self: CloudTrailResponse) -> str:
    """CDK asks CloudTrail why a stack failed."""
    return json.dumps({"Events": []})


def get_service_quota(self: ServiceQuotasResponse) -> str:
    """The quotas that the test sets, and those that the account comes with."""
    service, code = self._get_param("ServiceCode"), self._get_param("QuotaCode")
    value = {**QUOTAS, **behaviour.quotas}.get(f"{service}/{code}")
    if value is None:
        raise NoSuchResource
    return json.dumps({"Quota": {"ServiceCode": service, "QuotaCode": code, "Value": value}})


def register_scalable_target(
    backend: ApplicationAutoscalingBackend, *given: Any, **named: Any
) -> FakeScalableTarget:
    """A service outside of its new bounds is brought within them.
    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html"""
    target = _register_scalable_target(backend, *given, **named)
    if target.service_namespace != "ecs":
        return target
    _, cluster, name = target.resource_id.split("/")
    where = {"cluster": cluster, "services": [name]}
    [service] = call("ecs", backend.region_name, "DescribeServices", where)["services"]
    desired = min(max(service["desiredCount"], int(target.min_capacity)), int(target.max_capacity))
    if desired != service["desiredCount"]:
        change = {"cluster": cluster, "service": name, "desiredCount": desired}
        call("ecs", backend.region_name, "UpdateService", change)
    return target
