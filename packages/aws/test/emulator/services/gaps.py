"""Small gaps in moto's other services."""

import json
from typing import Any

from moto.cloudtrail.responses import CloudTrailResponse
from moto.elbv2.models import FakeHealthStatus, FakeTargetGroup
from moto.s3.models import FakeBucket

from behaviour import behaviour

_health_for = FakeTargetGroup.health_for
_get_permission = FakeBucket.get_permission


def install() -> None:
    FakeTargetGroup.health_for = health_for
    FakeBucket.get_permission = get_permission
    CloudTrailResponse.lookup_events = lookup_events


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
