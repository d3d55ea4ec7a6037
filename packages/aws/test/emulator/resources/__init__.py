"""Resource types, by service. Importing this registers all of them."""

from resources import (  # noqa: F401
    autoscaling,
    cloudwatch,
    dynamodb,
    ec2,
    ecr,
    ecs,
    functions,
    iam,
    kms,
    load_balancing,
    logs,
    rds,
    s3,
    secrets,
    security_groups,
    service_discovery,
    sns,
)
