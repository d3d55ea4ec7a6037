import {
  entrances,
  groupOf,
  named,
  only,
  pathsByService,
  pick,
  same,
  sameSet,
  shows,
  subnetsByTier,
  tasksOf,
  tierOf,
} from './looking.ts';
import { PAYMENTS_DATA } from './payments-data.ts';
import { PAYMENTS_MESH } from './payments-mesh.ts';
import type { Row, RowGroup } from './row.ts';

const ZONES = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const KEYS = ['notification', 'order', 'payment'];
const SERVICES = KEYS.map((key) => `${key}-service-dev`);

const rows: readonly Row[] = [
  {
    id: 'payments/region',
    requirement: 'Region us-east-1, three zones.',
    expectations: [
      {
        name: 'subnets in three zones of us-east-1',
        check: ({ region, subnets }) => {
          same(region, 'us-east-1', 'region');
          same([...new Set(subnets.map(({ zone }) => zone))].sort(), ZONES, 'zones');
        },
      },
    ],
  },
  {
    id: 'payments/network',
    requirement:
      'VPC, 3 zones, public and private /24 subnets; one NAT gateway here (per zone by choice); optional VPC endpoints (S3 and DynamoDB gateway; ECR API, ECR Docker, CloudWatch Logs, Secrets Manager interface).',
    expectations: [
      {
        name: 'public and private /24 subnets in 3 zones, tasks in the private ones',
        check: (model) => {
          const tiers = subnetsByTier(model);
          for (const tier of ['public', 'private'] as const)
            sameSet(
              tiers[tier].map(({ zone, cidr }) => [zone, cidr.slice(-3)]),
              ZONES.map((zone) => [zone, '/24']),
              `${tier} subnets`,
            );
          same(tiers.isolated, [], 'isolated subnets');
          for (const service of model.services) same(tierOf(model, service.subnets), 'private', service.name);
        },
      },
      {
        name: 'one NAT gateway for all private subnets, and no endpoints',
        check: (model) => {
          const nat = only(model.natGateways, 'NAT gateway');
          for (const { name, defaultRoute } of subnetsByTier(model).private)
            same(defaultRoute, { to: 'nat-gateway', nat: nat.name }, `route of ${name}`);
          same(model.endpoints, [], 'endpoints');
        },
      },
      {
        name: 'a NAT gateway per zone by choice',
        variant: 'prod',
        check: (model) => {
          sameSet(
            model.natGateways.map(({ subnet }) => named(model.subnets, subnet).zone),
            ZONES,
            'zones of the NAT gateways',
          );
        },
      },
      {
        name: 'the six endpoints by choice, reachable from the tasks',
        variant: 'prod',
        check: (model) => {
          sameSet(
            model.endpoints.map(({ service, type }) => [service, type]),
            [
              ['s3', 'gateway'],
              ['dynamodb', 'gateway'],
              ['ecr.api', 'interface'],
              ['ecr.dkr', 'interface'],
              ['logs', 'interface'],
              ['secretsmanager', 'interface'],
            ],
            'endpoints',
          );
          const tables = subnetsByTier(model).private.map(({ routeTable }) => routeTable ?? '');
          const tasks = model.services.map(groupOf);
          for (const endpoint of model.endpoints) {
            if (endpoint.type === 'gateway') {
              const without = tables.filter((table) => !endpoint.routeTables.includes(table));
              same(without, [], `private route tables without ${endpoint.service}`);
            } else {
              same(tierOf(model, endpoint.subnets), 'private', `subnets of ${endpoint.service}`);
              same(endpoint.privateDns, true, `private DNS of ${endpoint.service}`);
              sameSet(
                entrances(model, only(endpoint.securityGroups, 'security group of an endpoint')),
                tasks.map((group) => [443, group]),
                `entrances of ${endpoint.service}`,
              );
            }
          }
        },
      },
    ],
  },
  ...PAYMENTS_MESH,
  {
    id: 'payments/services',
    requirement:
      '`payment`, `order`, `notification`: 1 vCPU, 2 GB each; Spot with base 2; 2–10 tasks, CPU 70 %, cooldowns 60 s; own roles, log group, target group, scaling; exec enabled.',
    expectations: [
      {
        name: 'three services of 1 vCPU and 2 GB with exec',
        check: (model) => {
          sameSet(
            model.services.map(({ name }) => name),
            SERVICES,
            'services',
          );
          for (const { definition, service } of tasksOf(model)) {
            same(pick(definition, 'cpu', 'memory'), { cpu: 1024, memory: 2048 }, definition.family);
            same(service.executeCommand, true, `exec of ${service.name}`);
          }
        },
      },
      {
        name: 'on Spot with base 2',
        check: ({ services }) => {
          for (const { name, capacity } of services)
            same(capacity, [{ provider: 'FARGATE_SPOT', weight: 1, base: 2 }], `capacity of ${name}`);
        },
      },
      {
        name: 'each scales from 2 to 10 at 70 % CPU, cooldowns 60 s',
        check: ({ scaling }) => {
          sameSet(
            scaling.map(({ service }) => service),
            SERVICES,
            'what scales',
          );
          for (const { service, minimum, maximum, policies } of scaling) {
            same([minimum, maximum], [2, 10], `limits of ${service}`);
            same(
              pick(
                only(policies, `policy of ${service}`),
                'metric',
                'target',
                'scaleInCooldownSeconds',
                'scaleOutCooldownSeconds',
              ),
              {
                metric: 'ECSServiceAverageCPUUtilization',
                target: 70,
                scaleInCooldownSeconds: 60,
                scaleOutCooldownSeconds: 60,
              },
              `policy of ${service}`,
            );
          }
        },
      },
      {
        name: 'own roles, log group and target group each',
        check: (model) => {
          const tasks = tasksOf(model);
          const three = (values: readonly (string | null | undefined)[], what: string) =>
            same(new Set(values).size, 3, `different ${what}`);
          three(
            tasks.map(({ taskRole }) => taskRole.name),
            'task roles',
          );
          three(
            tasks.map(({ executionRole }) => executionRole.name),
            'execution roles',
          );
          three(
            tasks.map(({ container }) => container.logGroup),
            'log groups',
          );
          three(
            tasks.map(({ service }) => service.targets[0]?.targetGroup),
            'target groups',
          );
        },
      },
    ],
  },
  {
    id: 'payments/routing',
    requirement: '`/payment/*`, `/order/*`, `/notification/*`; otherwise 404.',
    expectations: [
      {
        name: 'each path to its own service',
        check: (model) =>
          same(
            pathsByService(model),
            {
              'notification-service-dev': ['/notification/*'],
              'order-service-dev': ['/order/*'],
              'payment-service-dev': ['/payment/*'],
            },
            'paths',
          ),
      },
      {
        name: 'otherwise 404',
        check: ({ listeners }) => {
          const { defaultAction } = only(listeners, 'listener');
          same(
            defaultAction.kind === 'fixed-response' && defaultAction.statusCode,
            404,
            'status of the default action',
          );
        },
      },
    ],
  },
  {
    id: 'payments/registry',
    requirement: 'Repository per service: scan on push, keep 10, AES-256, emptied on delete.',
    expectations: [
      {
        name: 'a repository each: scans on push, keeps 10, AES-256, emptied on delete',
        check: ({ repositories }) => {
          sameSet(
            repositories.map(({ name }) => name),
            KEYS.map((key) => `${key}-repo-dev`),
            'repositories',
          );
          for (const repository of repositories)
            same(
              pick(repository, 'scanOnPush', 'keepImages', 'encryption', 'emptyOnDelete'),
              { scanOnPush: true, keepImages: 10, encryption: 'AES256', emptyOnDelete: true },
              repository.name,
            );
        },
      },
    ],
  },
  ...PAYMENTS_DATA,
  {
    id: 'payments/deployments',
    requirement: 'Circuit breaker with rollback, blue/green selectable; independent per service.',
    expectations: [
      {
        name: 'circuit breaker with rollback',
        check: ({ services }) => {
          same(services.length, 3, 'services');
          for (const { name, deployment } of services)
            same(deployment.circuitBreaker, { enabled: true, rollback: true }, `circuit breaker of ${name}`);
        },
      },
      {
        name: 'blue/green in production, each service with both target groups and its own rule and role',
        variant: 'prod',
        check: ({ services, targetGroups }) => {
          same(targetGroups.length, 6, 'target groups');
          for (const { name, deployment, targets } of services) {
            same(deployment.strategy, 'BLUE_GREEN', `strategy of ${name}`);
            const key = name.split('-')[0];
            same(targets[0]?.alternate?.rulePaths, [`/${key}/*`], `rule of ${name}`);
          }
          same(
            new Set(services.map(({ targets }) => targets[0]?.alternate?.role)).size,
            3,
            'different roles',
          );
        },
      },
    ],
  },
  {
    id: 'payments/dashboard',
    requirement:
      'Cluster CPU and memory; per service CPU and memory; load balancer requests, response time, 4xx and 5xx; mesh request rate and latency.',
    expectations: [
      {
        name: 'cluster and each service: CPU and memory',
        check: (model) => {
          const cluster = { ClusterName: 'payments-cluster-dev' };
          for (const metric of ['CPUUtilization', 'MemoryUtilization']) {
            shows(model, 'AWS/ECS', metric, cluster);
            for (const name of SERVICES) shows(model, 'AWS/ECS', metric, { ...cluster, ServiceName: name });
          }
        },
      },
      {
        name: 'load balancer: requests, response time, 4xx and 5xx',
        check: (model) => {
          for (const metric of [
            'RequestCount',
            'TargetResponseTime',
            'HTTPCode_Target_4XX_Count',
            'HTTPCode_Target_5XX_Count',
          ])
            shows(model, 'AWS/ApplicationELB', metric, { LoadBalancer: 'app/payments-alb-dev/id' });
        },
      },
      {
        name: 'calls between services: rate and latency',
        check: (model) => {
          for (const key of ['payment', 'notification']) {
            const service = { ClusterName: 'payments-cluster-dev', ServiceName: `${key}-service-dev` };
            shows(model, 'AWS/ECS', 'RequestCount', { ...service, DiscoveryName: key });
            shows(model, 'AWS/ECS', 'TargetResponseTime', { ...service, TargetDiscoveryName: key });
          }
        },
      },
    ],
  },
  {
    id: 'payments/tags',
    requirement: 'Environment, Service, Team, CostCenter.',
    expectations: [
      {
        name: 'what belongs to a service says which; all say Environment, Team and CostCenter',
        check: ({ services, tables, buckets }) => {
          same(services.length + tables.length + buckets.length, 9, 'services, tables and buckets');
          for (const { name, tags } of [...services, ...tables, ...buckets])
            same(
              pick(tags, 'Environment', 'Service', 'Team', 'CostCenter'),
              {
                Environment: 'dev',
                Service: name.split('-')[0],
                Team: 'payments',
                CostCenter: 'fintech',
              },
              `tags of ${name}`,
            );
        },
      },
    ],
  },
  {
    id: 'payments/work',
    requirement:
      'The services do real work: no order is lost, no charge is made twice, whatever task dies when: idempotency keys, an outbox, retries with backoff, a reconciliation that brings every order to a final state.',
    expectations: [],
    shownBy: [
      {
        what: 'the services’ own work',
        reason: 'what services do is in no template',
        tests: [
          'systems/payments/test/orders.test.ts',
          'systems/payments/test/order-book.test.ts',
          'systems/payments/test/ledger.test.ts',
          'systems/payments/test/crash.test.ts',
          'systems/payments/test/fire.test.ts',
        ],
      },
    ],
  },
];

/** Rows of the payment, order and notification services. */
export const paymentsRows: RowGroup = { system: 'payments', title: 'payments', rows };
