"""ECS's scheduler: services have tasks, tasks are targets, a new task definition means a new deployment.

moto keeps half of a service's settings and starts no tasks for it; this keeps the rest and lists tasks as if
they ran. Nothing is executed. How many run and how healthy they are is for `Behaviour` to say.
"""

import time
import uuid
from datetime import datetime, timezone
from typing import Any

from moto.core.responses import ActionResult
from moto.ecs import models, responses

from behaviour import behaviour
from cloudformation.calls import call

# Settings that moto forgets: name in the API, attribute that the answer is read from.
KEPT = {
    "availabilityZoneRebalancing": "availability_zone_rebalancing",
    "capacityProviderStrategy": "capacity_provider_strategy",
    "deploymentConfiguration": "deployment_configuration",
    "enableECSManagedTags": "enable_ecs_managed_tags",
    "enableExecuteCommand": "enable_execute_command",
    "healthCheckGracePeriodSeconds": "health_check_grace_period_seconds",
    "loadBalancers": "load_balancers",
    "networkConfiguration": "network_configuration",
    "propagateTags": "propagate_tags",
}
# Changes of these start a deployment.
DEPLOYED = ("taskDefinition", "networkConfiguration", "serviceConnectConfiguration", "loadBalancers")
STOPPED_KEPT = 20

_create_service = responses.EC2ContainerServiceResponse.create_service
_update_service = responses.EC2ContainerServiceResponse.update_service
_delete_service = responses.EC2ContainerServiceResponse.delete_service


def install() -> None:
    """Puts the scheduler round moto's ECS."""
    for name, method in vars(Calls).items():
        if not name.startswith("_"):
            setattr(responses.EC2ContainerServiceResponse, name, method)


def now() -> datetime:
    return datetime.now(timezone.utc)


def find(backend: Any, cluster: str, name: str) -> Any:
    """The active service of that name, or ARN."""
    key = f"{cluster.split('/')[-1]}:{name.split('/')[-1]}"
    service = backend.services.get(key)
    if service is None or service.status != "ACTIVE":
        raise models.ServiceNotFoundException
    return service


def keep(service: Any, given: dict[str, Any]) -> None:
    for name, attribute in KEPT.items():
        if given.get(name) is not None:
            setattr(service, attribute, given[name])
    if given.get("capacityProviderStrategy"):
        service.launch_type = None
    if given.get("serviceConnectConfiguration") is not None:
        service.service_connect = given["serviceConnectConfiguration"]
    service.platform_version = service.platform_version or "1.4.0"
    service.platform_family = "Linux"


def failing(service: Any) -> bool:
    """Whether what is to run now dies: what has run before runs again."""
    return behaviour.failDeployments is not None and service.task_definition not in service.proven


def deploy(service: Any) -> None:
    """A new deployment. Its tasks replace those that run, unless they die: then the others go on."""
    identifier = f"ecs-svc/{uuid.uuid4().int % 10**19}"
    before: list[dict[str, Any]] = []
    if failing(service):
        before = [{**deployment, "status": "ACTIVE"} for deployment in service.deployments[:1]]
    else:
        for task in service.task_list:
            stop(
                task, f"Scaling activity initiated by (deployment {identifier})", "ServiceSchedulerInitiated"
            )
    service.deployments = [
        {
            "id": identifier,
            "status": "PRIMARY",
            "taskDefinition": service.task_definition,
            "createdAt": now(),
            "failedTasks": 0,
            "capacityProviderStrategy": getattr(service, "capacity_provider_strategy", None),
            "platformVersion": service.platform_version,
            "platformFamily": service.platform_family,
            "networkConfiguration": service.network_configuration,
            "serviceConnectConfiguration": getattr(service, "service_connect", None),
        },
        *before,
    ]
    schedule(service)


def schedule(service: Any) -> None:
    """As many tasks as are desired, or as the test allows; the load balancer knows them."""
    desired = service.desired_count if service.status == "ACTIVE" else 0
    running = [task for task in service.task_list if task["lastStatus"] == "RUNNING"]
    deployment = service.deployments[0]
    if service.status == "ACTIVE" and failing(service):
        if not deployment["failedTasks"]:
            fail(service, str(behaviour.failDeployments))
        count, of_deployment = len(running), 0
    else:
        count = desired if behaviour.runningTasks is None else min(behaviour.runningTasks, desired)
        of_deployment = count
        reason = f"Scaling activity initiated by (deployment {deployment['id']})"
        for task in running[count:]:
            stop(task, reason, "ServiceSchedulerInitiated")
        for index in range(len(running), count):
            service.task_list.append(start(service, index))
    stopped = [task for task in service.task_list if task["lastStatus"] == "STOPPED"]
    for task in stopped[:-STOPPED_KEPT]:
        service.task_list.remove(task)
    service.running_count, service.pending_count = count, max(0, desired - count)
    steady = of_deployment == desired
    deployment.update(
        desiredCount=desired,
        runningCount=of_deployment,
        pendingCount=desired - of_deployment,
        updatedAt=now(),
        rolloutState="COMPLETED" if steady else "IN_PROGRESS",
        rolloutStateReason=f"ECS deployment {deployment['id']} {'completed' if steady else 'in progress'}.",
    )
    if steady:
        service.proven.add(service.task_definition)
        if not any(deployment["id"] == event["id"] for event in service.events):
            message = f"(service {service.name}) has reached a steady state."
            service.events.insert(0, {"id": deployment["id"], "createdAt": now(), "message": message})
    register(service)


def start(service: Any, index: int) -> dict[str, Any]:
    """A task as DescribeTasks answers it."""
    region, account = service.region_name, service._account_id
    definition = service._backend.describe_task_definition(service.task_definition)
    network = service.network_configuration.get("awsvpcConfiguration", {})
    subnets = network.get("subnets", [])
    found = call("ec2", region, "DescribeSubnets", {"SubnetIds": subnets})["Subnets"] if subnets else []
    subnet = found[index % len(found)] if found else {"SubnetId": "", "AvailabilityZone": f"{region}a"}
    identifier = uuid.uuid4().hex
    arn = f"arn:aws:ecs:{region}:{account}:task/{service.cluster_name}/{identifier}"
    address = f"10.255.{uuid.uuid4().int % 250}.{uuid.uuid4().int % 250 + 2}"
    strategy = getattr(service, "capacity_provider_strategy", None) or [{"capacityProvider": "FARGATE"}]
    task = {
        "taskArn": arn,
        "clusterArn": service.cluster_arn,
        "taskDefinitionArn": definition.arn,
        "group": f"service:{service.name}",
        "startedBy": service.deployments[0]["id"],
        "lastStatus": "RUNNING",
        "desiredStatus": "RUNNING",
        "healthStatus": "HEALTHY",
        "connectivity": "CONNECTED",
        "launchType": "FARGATE",
        "platformVersion": "1.4.0",
        "capacityProviderName": strategy[index % len(strategy)]["capacityProvider"],
        "availabilityZone": subnet["AvailabilityZone"],
        "cpu": definition.cpu,
        "memory": definition.memory,
        "createdAt": now(),
        "startedAt": now(),
        "enableExecuteCommand": getattr(service, "enable_execute_command", False),
        "attachments": [
            {
                "id": str(uuid.uuid4()),
                "type": "ElasticNetworkInterface",
                "status": "ATTACHED",
                "details": [
                    {"name": "subnetId", "value": subnet["SubnetId"]},
                    {"name": "privateIPv4Address", "value": address},
                ],
            }
        ],
        "containers": [
            {
                "name": container["name"],
                "image": container["image"],
                "taskArn": arn,
                "lastStatus": "RUNNING",
                "healthStatus": "HEALTHY",
                "runtimeId": f"{identifier}-{position}",
                "networkInterfaces": [{"privateIpv4Address": address}],
                "managedAgents": [{"name": "ExecuteCommandAgent", "lastStatus": "RUNNING"}],
            }
            for position, container in enumerate(definition.container_definitions)
        ],
    }
    log(service, definition, identifier, "started")
    return task


def log(service: Any, definition: Any, task: str, message: str) -> None:
    """A line in the log stream of each container that logs to CloudWatch."""
    for container in definition.container_definitions:
        configuration = container.get("logConfiguration") or {}
        options = configuration.get("options", {})
        if configuration.get("logDriver") != "awslogs":
            continue
        stream = f"{options.get('awslogs-stream-prefix', 'ecs')}/{container['name']}/{task}"
        where = {"logGroupName": options["awslogs-group"], "logStreamName": stream}
        call("logs", service.region_name, "CreateLogStream", where)
        event = {"timestamp": int(time.time() * 1000), "message": message}
        call("logs", service.region_name, "PutLogEvents", {**where, "logEvents": [event]})


def stop(task: dict[str, Any], reason: str, code: str) -> None:
    if task["lastStatus"] == "STOPPED":
        return
    task.update(
        lastStatus="STOPPED", desiredStatus="STOPPED", stoppedReason=reason, stopCode=code, stoppedAt=now()
    )
    for container in task["containers"]:
        container["lastStatus"] = "STOPPED"


def fail(service: Any, reason: str) -> None:
    """A task that started and died, with its last words in the log."""
    task = start(service, 0)
    stop(task, reason, "EssentialContainerExited")
    task["containers"][0]["exitCode"] = 1
    service.task_list.append(task)
    definition = service._backend.describe_task_definition(service.task_definition)
    container = definition.container_definitions[0]
    options = (container.get("logConfiguration") or {}).get("options", {})
    if "awslogs-group" in options:
        identifier = task["taskArn"].split("/")[-1]
        stream = f"{options.get('awslogs-stream-prefix', 'ecs')}/{container['name']}/{identifier}"
        event = {"timestamp": int(time.time() * 1000), "message": f"Error: {reason}"}
        where = {"logGroupName": options["awslogs-group"], "logStreamName": stream}
        call("logs", service.region_name, "PutLogEvents", {**where, "logEvents": [event]})
    service.deployments[0]["failedTasks"] = 1


def register(service: Any) -> None:
    """Running tasks, and no others, are targets of the service's target groups."""
    running = [task for task in service.task_list if task["lastStatus"] == "RUNNING"]
    addresses = {task["containers"][0]["networkInterfaces"][0]["privateIpv4Address"] for task in running}
    region = service.region_name
    for balancer in service.load_balancers:
        group = {"TargetGroupArn": balancer["targetGroupArn"]}
        known = call("elbv2", region, "DescribeTargetHealth", group)["TargetHealthDescriptions"]
        gone = [entry["Target"] for entry in known if entry["Target"]["Id"] not in addresses]
        if gone:
            call("elbv2", region, "DeregisterTargets", {**group, "Targets": gone})
        new = sorted(addresses - {entry["Target"]["Id"] for entry in known})
        if new:
            targets = [{"Id": address, "Port": balancer["containerPort"]} for address in new]
            call("elbv2", region, "RegisterTargets", {**group, "Targets": targets})


class Calls:
    """Methods of moto's `EC2ContainerServiceResponse`: one for each call of the API."""

    def create_service(self: Any) -> ActionResult:
        result = _create_service(self)
        given = self._get_params()
        service = find(self.ecs_backend, given.get("cluster", "default"), given["serviceName"])
        service.task_list = []
        service.proven = set()
        service.deployments = []
        keep(service, given)
        deploy(service)
        return result

    def update_service(self: Any) -> ActionResult:
        given = dict(self._get_params())
        service = find(self.ecs_backend, given.get("cluster", "default"), given["service"])
        before = {name: value_of(service, name) for name in DEPLOYED}
        result = _update_service(self)
        keep(service, given)
        if given.get("forceNewDeployment") or any(value_of(service, n) != before[n] for n in DEPLOYED):
            deploy(service)
        else:
            schedule(service)
        return result

    def delete_service(self: Any) -> ActionResult:
        service = find(self.ecs_backend, self._get_param("cluster", "default"), self._get_param("service"))
        result = _delete_service(self)
        service.desired_count = 0
        schedule(service)
        return result

    def describe_services(self: Any) -> ActionResult:
        cluster = self._get_param("cluster", "default")
        services, failures = self.ecs_backend.describe_services(cluster, self._get_param("services", []))
        for service in services:
            schedule(service)
        tagged = "TAGS" in self._get_param("include", [])
        include = self._include_in_response if tagged else self._exclude_from_response
        include(responses.DESCRIBE_SERVICES_TAGS)
        return ActionResult({"services": services, "failures": failures})

    def list_services(self: Any) -> ActionResult:
        cluster = self.ecs_backend._get_cluster(self._get_param("cluster", "default"))
        services = self.ecs_backend.services.values()
        found = [s.arn for s in services if s.cluster_name == cluster.name and s.status == "ACTIVE"]
        return ActionResult({"serviceArns": sorted(found)})

    def list_clusters(self: Any) -> ActionResult:
        clusters = self.ecs_backend.clusters.values()
        return ActionResult({"clusterArns": [c.arn for c in clusters if c.status == "ACTIVE"]})

    def list_tasks(self: Any) -> ActionResult:
        status = self._get_param("desiredStatus") or "RUNNING"
        name = self._get_param("serviceName")
        family = self._get_param("family")
        found = [
            task["taskArn"]
            for service, task in tasks_in(self.ecs_backend, self._get_param("cluster", "default"))
            if task["desiredStatus"] == status
            and name in (None, service.name, service.arn)
            and (family is None or f"task-definition/{family}:" in task["taskDefinitionArn"])
        ]
        return ActionResult({"taskArns": found})

    def describe_tasks(self: Any) -> ActionResult:
        cluster = self._get_param("cluster", "default")
        known = {task["taskArn"].split("/")[-1]: task for _, task in tasks_in(self.ecs_backend, cluster)}
        asked = self._get_param("tasks", [])
        tasks = [known[arn.split("/")[-1]] for arn in asked if arn.split("/")[-1] in known]
        missing = [{"arn": arn, "reason": "MISSING"} for arn in asked if arn.split("/")[-1] not in known]
        return ActionResult({"tasks": tasks, "failures": missing})

    def execute_command(self: Any) -> ActionResult:
        """A session that the session manager's plugin would connect to; nothing listens there."""
        asked = self._get_param("task").split("/")[-1]
        for _, task in tasks_in(self.ecs_backend, self._get_param("cluster", "default")):
            if task["taskArn"].endswith(asked) and task["lastStatus"] == "RUNNING":
                if not task["enableExecuteCommand"]:
                    break
                identifier = f"ecs-execute-command-{uuid.uuid4().hex[:17]}"
                session = {"sessionId": identifier, "streamUrl": "ws://127.0.0.1:9/", "tokenValue": "token"}
                answer = {"clusterArn": task["clusterArn"], "taskArn": task["taskArn"], "interactive": True}
                return ActionResult({**answer, "session": session})
        message = "The execute command failed because execute command was not enabled when the task was run."
        raise models.InvalidParameterException(message)

    def stop_task(self: Any) -> ActionResult:
        asked = self._get_param("task").split("/")[-1]
        for service, task in tasks_in(self.ecs_backend, self._get_param("cluster", "default")):
            if task["taskArn"].endswith(asked):
                stop(task, self._get_param("reason") or "Task stopped by user", "UserInitiated")
                schedule(service)
                return ActionResult({"task": task})
        raise models.InvalidParameterException("The referenced task was not found.")


def tasks_in(backend: Any, cluster: str) -> list[tuple[Any, dict[str, Any]]]:
    """All tasks of a cluster's services, those that stopped lately too."""
    name = backend._get_cluster(cluster).name
    services = [s for s in backend.services.values() if s.cluster_name == name and s.status == "ACTIVE"]
    for service in services:
        schedule(service)
    return [(service, task) for service in services for task in service.task_list]


def value_of(service: Any, name: str) -> Any:
    if name == "taskDefinition":
        return service.task_definition
    if name == "serviceConnectConfiguration":
        return getattr(service, "service_connect", None)
    return getattr(service, KEPT[name], None)
