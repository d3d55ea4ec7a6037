import type { TrapGroup } from './trap.ts';

const PLAN = 'packages/plan/src/resolve/resolve.test.ts';
const SECURITY = 'packages/cdk/test/check-cases-security.ts';
const OPERATIONS = 'packages/cdk/test/check-cases-operations.ts';
const ROUTING = 'packages/cdk/src/parts/service/routing.test.ts';
const BALANCER = 'packages/cdk/src/parts/foundation/load-balancer.test.ts';
const PATHS = 'packages/behaviour/src/load-balancer/path-pattern.test.ts';
const ALB = 'https://docs.aws.amazon.com/elasticloadbalancing/latest/application';

/** Load balancers, routes and calls. */
export const LOAD_BALANCING_TRAPS: TrapGroup = {
  title: 'Load balancers, routes and calls',
  traps: [
    {
      number: 13,
      title: 'A load balancer that may not reach its tasks',
      what: 'Its security group needs a way out to the port of the tasks; nobody adds it, and every target times out.',
      source: `${ALB}/load-balancer-troubleshooting.html`,
      avoided: 'Each connection that the definition implies is opened at both ends, and nothing else.',
      tests: [
        [
          'packages/cdk/src/parts/service/security-group-rules.test.ts',
          'a service may be reached by its load balancer and reach its database, both ways opened',
        ],
      ],
    },
    {
      number: 14,
      title: 'Target groups that tasks cannot join',
      what: 'Fargate tasks have addresses; the default target type is `instance`, and registration fails.',
      source:
        'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html',
      avoided: 'Target groups take addresses, and `check` refuses any other.',
      tests: [
        [
          ROUTING,
          'target groups take addresses, with health check, draining and algorithm of the definition',
        ],
        [OPERATIONS, 'check/target-type'],
      ],
    },
    {
      number: 16,
      title: 'Now and then a 502',
      what: 'A server that closes idle connections before the load balancer does (Node.js after 5 s, the load balancer after 60 s) sometimes gets a request into one that is closing.',
      source: `${ALB}/load-balancer-troubleshooting.html`,
      avoided:
        '`check` names the services and the timeout that theirs must exceed, and the reference service does.',
      tests: [
        [OPERATIONS, 'check/keep-alive'],
        [
          'systems/catalog/service/test/contract.test.ts',
          'keeps an idle connection longer than the load balancer, which would send into one that is closing',
        ],
      ],
    },
    {
      number: 20,
      title: 'Routes that match less than they seem to',
      what: '`/api/*` does not match `/api`; case counts, query strings do not; and the prefix stays in the path that the service sees.',
      source: `${ALB}/rule-condition-types.html`,
      avoided:
        'The plan says so beside such a route, the local router matches as the load balancer does, and `verify` asks each route.',
      tests: [
        [PLAN, 'BW1403'],
        [PATHS, 'does not match the folder itself with /img/*'],
        [PATHS, 'is case-sensitive'],
        [PATHS, 'never looks at the query string'],
      ],
    },
    {
      number: 21,
      title: 'Unhealthy targets that get requests',
      what: 'When no target is healthy, the load balancer sends to all of them; there is no 503.',
      source: `${ALB}/target-group-health-checks.html`,
      avoided:
        'The local load balancer does the same, and `verify` looks at target health, not only at answers.',
      tests: [
        [
          'packages/behaviour/src/load-balancer/target-health.test.ts',
          'are all registered ones when none is healthy: fail-open, not 503',
        ],
        [
          'packages/aws/src/verify/behaviour.test.ts',
          'a service that is unhealthy fails by its health alone',
        ],
      ],
    },
    {
      number: 22,
      title: 'HTTPS that still speaks TLS 1.0',
      what: 'A listener without a policy gets ELBSecurityPolicy-2016-08 from the API and CloudFormation.',
      source: `${ALB}/describe-ssl-policies.html`,
      avoided: 'The policy is the one that AWS recommends, and `check` refuses none or an old one.',
      tests: [
        [BALANCER, 'serves a domain by HTTPS with the recommended policy, and redirects HTTP there'],
        [SECURITY, 'check/old-tls'],
      ],
    },
    {
      number: 23,
      title: 'Access logs that cannot be written',
      what: 'Elastic Load Balancing cannot write into a bucket that is encrypted with a key of KMS: switching the logs on fails.',
      source: `${ALB}/enable-access-logging.html`,
      avoided: 'The bucket of the logs has no customer key, and `check` refuses one.',
      tests: [
        [BALANCER, 'go to a bucket without a customer key, which Elastic Load Balancing could not write to'],
        [SECURITY, 'check/access-logs-with-key'],
      ],
    },
    {
      number: 30,
      title: 'Callers that do not find whom they call',
      what: 'With Service Connect a task only knows the names that existed when it started; and requests end after 15 s unless told otherwise.',
      source:
        'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html',
      avoided:
        'Services are deployed after those that they call; the timeout is an option, and the local proxy has the same.',
      tests: [
        ['packages/plan/src/resolve/stacks.test.ts', 'a service comes after those that it calls'],
        [
          'packages/cdk/src/parts/service/ecs-service.test.ts',
          'a request may be given no time limit, for streams',
        ],
        ['packages/local/test/engine/calls.test.ts', 'the caller gets 504 after the request timeout'],
      ],
      remains:
        'Where services call each other in a circle, one of them starts before its callee: deploy it once more after the first deployment.',
    },
    {
      number: 31,
      title: 'A protocol that cannot be changed',
      what: 'ECS does not change the protocol of a port in Service Connect: the service has to go first.',
      source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html',
      avoided: '`diff` says so, and `deploy` refuses the change before it touches the service.',
      tests: [['packages/aws/src/diff/refusals.test.ts', 'a port in Service Connect keeps its protocol']],
    },
    {
      number: 48,
      title: 'Blue/green on the default action of a listener',
      what: 'ECS moves the traffic of a rule with an ARN; the default action has none that a template could name.',
      source: 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html',
      avoided:
        'Every route is a rule, `/*` too; the default action always answers 404; and with blue/green a service has exactly one rule.',
      tests: [
        [BALANCER, 'answers 404 to what no rule takes, and drops headers that servers read differently'],
        [ROUTING, '%s forwards to both target groups and does nothing else'],
        [PLAN, 'BW1405'],
      ],
    },
  ],
};
