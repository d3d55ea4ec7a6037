/** A kind of finding. Placeholders in braces are filled in when it is reported. */
export interface DiagnosticEntry {
  readonly severity: 'error' | 'warning' | 'info';
  readonly title: string;
  readonly message: string;
  /** Why it is refused or worth saying. */
  readonly cause: string;
  readonly fix: string;
}

/**
 * Every finding, by code. A code is an interface: it keeps its meaning for ever, and one that is retired stays here, so
 * that it is never given to another.
 *
 * BW10xx shape of the definition · BW11xx names and references · BW12xx network · BW13xx services · BW14xx routes ·
 * BW15xx stores and secrets
 */
export const DIAGNOSTICS = {
  BW1001: {
    severity: 'error',
    title: 'Unknown option',
    message: "There is no option '{key}' here.",
    cause: 'An option that nobody reads would be ignored in silence, so it is refused.',
    fix: '{suggestion}Options here: {known}.',
  },
  BW1002: {
    severity: 'error',
    title: 'Wrong kind of value',
    message: 'This is {actual}, but {expected} is needed.',
    cause: 'The option takes another kind of value.',
    fix: 'Write, for example, {example}.',
  },
  BW1003: {
    severity: 'error',
    title: 'Missing option',
    message: "'{key}' is missing.",
    cause: 'There is no default that would suit everyone.',
    fix: 'Add {key}, for example {example}.',
  },
  BW1004: {
    severity: 'error',
    title: 'Number out of range',
    message: '{actual} is out of range.',
    cause: 'AWS accepts only values of this range.',
    fix: 'Give {expected}.',
  },
  BW1005: {
    severity: 'error',
    title: 'Not one of the allowed values',
    message: '{actual} is not allowed here.',
    cause: 'Only the listed values have a meaning.',
    fix: '{suggestion}Allowed: {allowed}.',
  },
  BW1006: {
    severity: 'error',
    title: 'Text in the wrong form',
    message: '{actual} is not {expected}.',
    cause: 'Values with a unit or a form are read strictly, so that none is misread.',
    fix: 'Write, for example, {example}.',
  },
  BW1007: {
    severity: 'error',
    title: 'Not plain data',
    message: 'This is {actual}; a definition is plain data.',
    cause:
      'A definition is resolved, printed and compared, so it holds texts, numbers, booleans, lists and objects only.',
    fix: 'Compute the value first and put the result here.',
  },
  BW1008: {
    severity: 'error',
    title: 'Not to be overridden',
    message: "An environment cannot change '{key}'.",
    cause: 'It is the same for every environment by its nature.',
    fix: 'Move it to the top of the definition.',
  },
  BW1101: {
    severity: 'error',
    title: 'Bad environment suffix',
    message: '{actual} cannot be an environment: it stands in every name.',
    cause: 'The suffix is part of names whose rules differ; this rule suits them all.',
    fix: 'Use {rule}. For example dev, pr42 or prod.',
  },
  BW1102: {
    severity: 'error',
    title: 'Unknown store',
    message: "There is no store named '{name}'. {known}",
    cause: 'A service can use only the stores of its own system.',
    fix: "{suggestion}Add it under 'stores', or take it out of 'uses'.",
  },
  BW1103: {
    severity: 'error',
    title: 'Unknown service',
    message: "There is no service named '{name}'. {known}",
    cause: 'A service can call only the services of its own system by name.',
    fix: "{suggestion}Add it under 'services', or take it out of 'calls'.",
  },
  BW1104: {
    severity: 'error',
    title: 'Two resources with one name',
    message: "{kind} '{name}' is the name of {first} too.",
    cause: 'Names are unique within their kind in an account and Region.',
    fix: 'Give one of them another name.',
  },
  BW1105: {
    severity: 'error',
    title: 'Name against the rule',
    message: "'{name}' cannot be the name of a {kind}.",
    cause: 'Each AWS service has its own rule for names, and deployment would fail late.',
    fix: 'Use {minimum} to {maximum} characters: {rule}.',
  },
  BW1106: {
    severity: 'error',
    title: 'Name without the environment',
    message: "The name '{name}' is the same in every environment.",
    cause:
      'Any number of environments live side by side in one account, so every name of what the stack creates carries the suffix.',
    fix: "Put {env} into it, for example '{name}-{env}'.",
  },
  BW1107: {
    severity: 'error',
    title: 'Unknown placeholder',
    message: "'{placeholder}' stands for nothing.",
    cause: 'Placeholders that nobody fills in would end up in a name.',
    fix: 'Use {known}.',
  },
  BW1108: {
    severity: 'error',
    title: 'Reserved tag',
    message: "'{key}' cannot be a tag.",
    cause:
      'AWS keeps tags that begin with aws: for itself; keys hold 128 characters, values 256, a resource 50 tags.',
    fix: 'Use another key or a shorter value.',
  },
  BW1109: {
    severity: 'error',
    title: 'Bad account',
    message: '{actual} is not an AWS account.',
    cause: 'Account ids have twelve digits.',
    fix: 'Give twelve digits, for example 123456789012.',
  },
  BW1110: {
    severity: 'error',
    title: 'No service',
    message: 'The system has no service.',
    cause: 'There would be nothing to run.',
    fix: "Add one under 'services': { web: { image: './web' } }.",
  },
  BW1201: {
    severity: 'error',
    title: 'Subnet outside of the VPC',
    message: '{cidr} does not lie in {vpc}.',
    cause: 'Every subnet is a part of its VPC.',
    fix: 'Choose a range inside {vpc}, or a larger network.',
  },
  BW1202: {
    severity: 'error',
    title: 'Overlapping subnets',
    message: '{cidr} overlaps {other}.',
    cause: 'An address belongs to one subnet only.',
    fix: 'Choose ranges that do not meet.',
  },
  BW1203: {
    severity: 'error',
    title: 'Network too small',
    message: '{vpc} has no room for {needed} subnets of /{bits}.',
    cause: 'Every tier takes one subnet per zone.',
    fix: 'Choose a larger network, fewer zones or smaller subnets.',
  },
  BW1204: {
    severity: 'error',
    title: 'Subnet too small',
    message: '{cidr} is too small for a load balancer or for tasks.',
    cause: 'AWS keeps five addresses of each subnet, and a load balancer needs eight free ones.',
    fix: 'Use /27 or larger.',
  },
  BW1205: {
    severity: 'error',
    title: 'Zone not in the Region',
    message: '{zone} is not a zone of {region}.',
    cause: 'Subnets can stand only in zones of the Region.',
    fix: 'Use zones of {region}: {known}.',
  },
  BW1206: {
    severity: 'error',
    title: 'Too few zones',
    message: '{actual} does not work: {reason}.',
    cause: 'A load balancer and a database subnet group need two zones.',
    fix: 'Use 2 to {maximum} zones.',
  },
  BW1207: {
    severity: 'error',
    title: 'Not one range per zone',
    message: '{actual} ranges for {zones} zones.',
    cause: 'Each zone has one subnet of each tier.',
    fix: 'Give exactly {zones} ranges, in the order of the zones.',
  },
  BW1208: {
    severity: 'error',
    title: 'Tier without subnets',
    message: 'There are no {tier} subnets, but {user} stands in them.',
    cause: 'The network switches the tier off.',
    fix: "Switch it on under 'network.subnets', or move {user}.",
  },
  BW1209: {
    severity: 'warning',
    title: 'No way out',
    message:
      'Tasks cannot reach what they need to start: there is no NAT gateway and no endpoint for {missing}.',
    cause: 'Images, logs and secrets are fetched over the network by the tasks themselves.',
    fix: "Add the endpoints, or set nat to 'single'.",
  },
  BW1210: {
    severity: 'warning',
    title: 'Public image without a way out',
    message: '{image} comes from the internet, which the tasks cannot reach.',
    cause: 'VPC endpoints of ECR do not reach public.ecr.aws or Docker Hub.',
    fix: "Set nat to 'single', or copy the image to a repository of your own.",
  },
  BW1301: {
    severity: 'error',
    title: 'Size that Fargate does not offer',
    message: 'Fargate has no task of {cpu} CPU units and {memory} MiB.',
    cause: 'CPU and memory come in fixed pairs.',
    fix: '{allowed}',
  },
  BW1302: {
    severity: 'error',
    title: 'Minimum above maximum',
    message: 'The minimum {minimum} is above the maximum {maximum}.',
    cause: 'There is no number between them.',
    fix: 'Swap them: [{maximum}, {minimum}].',
  },
  BW1303: {
    severity: 'error',
    title: 'Desired count out of range',
    message: '{desired} tasks are desired, outside of {minimum} to {maximum}.',
    cause: 'Autoscaling would change the number at once.',
    fix: 'Choose a number from {minimum} to {maximum}.',
  },
  BW1304: {
    severity: 'error',
    title: 'Deployment that cannot move',
    message:
      'With {desired} tasks, {minimum} % and {maximum} % a rolling deployment may neither start nor stop a task.',
    cause: 'At least {lower} tasks must stay and at most {upper} may run.',
    fix: 'Use minimumHealthy 100 with maximum 200, or lower minimumHealthy.',
  },
  BW1305: {
    severity: 'error',
    title: 'Zone rebalancing without room',
    message: 'Zone rebalancing cannot work with a maximum of {maximum} %.',
    cause: 'Rebalancing starts a task before it stops one; ECS refuses it with a maximum of 100 %.',
    fix: 'Use a maximum above 100, or zoneRebalancing: false.',
  },
  BW1306: {
    severity: 'error',
    title: 'Health check longer than its interval',
    message: 'A check may take {timeout} s, but the next begins after {interval} s.',
    cause: 'The timeout has to be below the interval.',
    fix: 'Use a timeout below {interval} s.',
  },
  BW1307: {
    severity: 'warning',
    title: 'Spot without an on-demand base',
    message: 'All tasks may run on Spot: when Spot capacity runs out, none is left.',
    cause: 'Fargate never replaces missing Spot capacity by capacity on demand.',
    fix: 'Add onDemand: { weight: 1, base: 1 }.',
  },
  BW1308: {
    severity: 'error',
    title: 'Requests per task with two target groups',
    message: 'Scaling by requests does not work with two target groups.',
    cause: 'The metric names one target group, and traffic changes to the other.',
    fix: 'Scale by cpu, or use one target group with the rolling strategy.',
  },
  BW1309: {
    severity: 'error',
    title: 'No capacity',
    message: 'All weights and bases are 0.',
    cause: 'No provider would ever be chosen.',
    fix: 'Give one of them a weight of 1.',
  },
  BW1310: {
    severity: 'info',
    title: 'Scaling by memory',
    message: 'Scaling by memory seldom scales in.',
    cause: 'Runtimes with a garbage collector (Node.js, the JVM) keep the memory they once had.',
    fix: 'Scale by cpu or requests, unless the service gives memory back.',
  },
  BW1311: {
    severity: 'info',
    title: 'Stopped before it is drained',
    message: 'Requests have {drain} to finish, but after SIGTERM only {stop}.',
    cause: 'A task that stops by itself or is taken back gets SIGTERM without draining first.',
    fix: 'Use a stopTimeout of at least {drain}, up to 120 s.',
  },
  BW1312: {
    severity: 'error',
    title: 'Read-only root with ECS Exec',
    message: 'ECS Exec cannot work with a read-only root file system.',
    cause: 'Its agent writes into the container.',
    fix: 'Leave one of exec and readonlyRoot out.',
  },
  BW1313: {
    severity: 'error',
    title: 'Scaling by requests without routes',
    message: 'There are no requests to count: the service has no routes.',
    cause: 'The metric comes from the load balancer.',
    fix: "Add 'routes', or scale by cpu.",
  },
  BW1314: {
    severity: 'error',
    title: 'Variable given twice',
    message: '{name} is set here and by {other}.',
    cause: 'One of them would be lost.',
    fix: 'Rename it, or give the store another prefix.',
  },
  BW1315: {
    severity: 'warning',
    title: 'Secret in plain sight',
    message:
      '{name} looks like a secret, but plain settings are readable in the console and in the template.',
    cause: 'Only values from Secrets Manager are injected out of sight.',
    fix: "Put it into a secret, name the secret under 'stores' and the service's 'uses'.",
  },
  BW1316: {
    severity: 'warning',
    title: 'Alarm without its metric',
    message: 'The alarm on running tasks needs Container Insights, which are off.',
    cause: 'RunningTaskCount exists only in ECS/ContainerInsights.',
    fix: "Set cluster.insights to 'enabled', or leave the alarm out.",
  },
  BW1317: {
    severity: 'error',
    title: 'No room for the sidecars',
    message:
      'The task has {cpu} CPU units and {memory} MiB; its sidecars alone take {sidecarCpu} and {sidecarMemory}.',
    cause: 'Sidecars share the size of the task.',
    fix: 'Choose a larger size.',
  },
  BW1318: {
    severity: 'warning',
    title: 'X-Ray daemon near its end',
    message: 'The X-Ray daemon gets no more support after 2027-02-25.',
    cause: 'AWS ends its SDKs and daemon; the X-Ray service stays.',
    fix: "Use tracing: 'otel' as soon as the service speaks OpenTelemetry.",
  },
  BW1319: {
    severity: 'error',
    title: 'Alarm that cannot fire',
    message: '{datapoints} of {periods} datapoints can never breach.',
    cause: 'Datapoints are counted among the periods.',
    fix: 'Use datapoints of at most {periods}.',
  },
  BW1320: {
    severity: 'error',
    title: 'Alarm that does not exist',
    message: "A deployment cannot roll back on '{name}': the service has no such alarm.",
    cause: 'ECS looks the alarms up by name.',
    fix: "Add it under 'alarms'. Alarms here: {known}.",
  },
  BW1401: {
    severity: 'error',
    title: 'Path given twice',
    message: "'{route}' belongs to service {other} already.",
    cause: 'The first rule that matches takes the request; the second would never be reached.',
    fix: 'Give every path to one service.',
  },
  BW1402: {
    severity: 'error',
    title: 'Rule that is never reached',
    message: "'{route}' is never reached: '{wider}' of {other} takes every request first.",
    cause: 'Rules are tried in order, and the wider one has to come first here.',
    fix: 'Make one of the patterns narrower.',
  },
  BW1403: {
    severity: 'info',
    title: 'Pattern without its root',
    message: "'{route}' does not match '{root}'.",
    cause: 'The asterisk stands after the slash, so the path without it goes to the default answer.',
    fix: "Add '{root}' if it should be served.",
  },
  BW1404: {
    severity: 'error',
    title: 'Too many rules',
    message: 'The load balancer would have {count} rules.',
    cause: 'A load balancer holds {maximum} rules.',
    fix: 'Use wider patterns.',
  },
  BW1501: {
    severity: 'error',
    title: 'Ambiguous secret name',
    message: "'{name}' ends in a hyphen and six characters.",
    cause: 'Secrets Manager appends exactly that to every ARN, so a reference by this name is refused.',
    fix: 'Rename the secret, for example {name}/value.',
  },
  BW1502: {
    severity: 'error',
    title: 'Capacity that cannot be',
    message: '{actual}: {reason}.',
    cause:
      'Aurora Serverless v2 takes 0 to 256 ACU in half steps, the minimum not above the maximum, and at least 1 at the top.',
    fix: "Write, for example, '0.5-2 ACU'.",
  },
  BW1503: {
    severity: 'error',
    title: 'Credentials without user or password',
    message: "The secret has no field '{field}'.",
    cause: 'A database needs both to let anyone in.',
    fix: "Name its fields: existingSecret('…', ['username', 'password']).",
  },
  BW1504: {
    severity: 'warning',
    title: 'Rotation and running tasks',
    message: 'Tasks keep the password that they started with.',
    cause:
      'Secrets are read once, when a task starts; after a rotation new connections fail until new tasks run.',
    fix: 'Deploy after each rotation, or fetch the secret at run time.',
  },
  BW1505: {
    severity: 'info',
    title: 'Store that nobody uses',
    message: 'No service uses it.',
    cause: 'It would be created, and paid, for nothing.',
    fix: "Name it in a service's 'uses', or leave it out.",
  },
  BW1506: {
    severity: 'error',
    title: 'Instance class too small for Aurora',
    message: 'Aurora does not run on {actual}.',
    cause: 'Aurora PostgreSQL begins at the medium classes.',
    fix: "Use 'db.t4g.medium' or '0.5-2 ACU'.",
  },
  BW1507: {
    severity: 'error',
    title: 'Reserved database user',
    message: "'{actual}' cannot be the master user.",
    cause:
      'RDS keeps admin and rdsadmin for itself on PostgreSQL; a user has up to 16 letters and digits, a letter first.',
    fix: "Use, for example, 'dbadmin'.",
  },
  BW1508: {
    severity: 'warning',
    title: 'Pausing that health checks prevent',
    message: 'A minimum of 0 ACU pauses only without connections.',
    cause:
      'Pools and health checks keep the database awake, and the first request after a pause waits about 15 s.',
    fix: 'Use a minimum of 0.5 ACU unless the system sleeps at night.',
  },
  BW1509: {
    severity: 'error',
    title: 'Port in use twice',
    message: 'Port {port} is taken by {other} in the same task.',
    cause: 'The containers of a task share one network.',
    fix: 'Choose another port.',
  },
} as const satisfies Record<string, DiagnosticEntry>;

/** Code of a finding. */
export type DiagnosticCode = keyof typeof DIAGNOSTICS;
