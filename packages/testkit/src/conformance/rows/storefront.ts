import {
  entrances,
  groupOf,
  holds,
  only,
  onlyTask,
  pathsByService,
  pick,
  same,
  sameSet,
  subnetsByTier,
  tierOf,
} from './looking.ts';
import type { Row, RowGroup } from './row.ts';

const work = 'what a service does is in no template';

const rows: readonly Row[] = [
  {
    id: 'storefront/region',
    requirement: 'Region us-east-2 (zones a and b).',
    expectations: [
      {
        name: 'subnets in us-east-2a and us-east-2b',
        check: ({ region, subnets }) => {
          same(region, 'us-east-2', 'region');
          same([...new Set(subnets.map(({ zone }) => zone))].sort(), ['us-east-2a', 'us-east-2b'], 'zones');
        },
      },
    ],
  },
  {
    id: 'storefront/network',
    requirement:
      'Exactly 2 public (10.0.1.0/24, 10.0.2.0/24) and 2 private (10.0.3.0/24, 10.0.4.0/24) subnets; NAT.',
    expectations: [
      {
        name: 'exactly these four subnets, the private ones behind NAT',
        check: (model) => {
          const tiers = subnetsByTier(model);
          const blocks = (tier: keyof typeof tiers) => tiers[tier].map(({ cidr }) => cidr);
          sameSet(blocks('public'), ['10.0.1.0/24', '10.0.2.0/24'], 'public subnets');
          sameSet(blocks('private'), ['10.0.3.0/24', '10.0.4.0/24'], 'private subnets');
          same(blocks('isolated'), [], 'isolated subnets');
          holds(model.natGateways.length > 0, 'there is no NAT gateway');
          for (const { name, defaultRoute } of tiers.private)
            holds(
              defaultRoute.to === 'nat-gateway' &&
                model.natGateways.some((nat) => nat.name === defaultRoute.nat),
              `${name} has no way out`,
            );
        },
      },
    ],
  },
  {
    id: 'storefront/service',
    requirement:
      '`webapp`, image `webapp:latest`, port 5000, 512 CPU units, 1024 MiB, desired 2, private subnets, Fargate only.',
    expectations: [
      {
        name: 'webapp with 512 CPU units, 1024 MiB, port 5000',
        check: (model) => {
          const { definition, container } = onlyTask(model);
          same(container.name, 'webapp', 'container');
          same(pick(definition, 'cpu', 'memory'), { cpu: 512, memory: 1024 }, 'size');
          same(
            container.ports.map(({ port }) => port),
            [5000],
            'ports',
          );
        },
      },
      {
        name: 'image webapp:latest of its own repository',
        check: (model) => {
          const { image } = onlyTask(model).container;
          holds(
            /\.dkr\.ecr\.us-east-2\.amazonaws\.com\/webapp-dev:latest$/.test(image),
            `the image is ${image}`,
          );
          same(only(model.repositories, 'repository').name, 'webapp-dev', 'repository');
        },
      },
      {
        name: '2 tasks to begin with, in private subnets, on Fargate only',
        check: (model) => {
          const { desiredCount, subnets, assignPublicIp, capacity } = only(model.services, 'service');
          same(desiredCount ?? only(model.scaling, 'scaling target').minimum, 2, 'tasks to begin with');
          same(tierOf(model, subnets), 'private', 'subnets');
          same(assignPublicIp, false, 'public addresses');
          same(
            capacity.map(({ provider }) => provider),
            ['FARGATE'],
            'capacity providers',
          );
        },
      },
    ],
  },
  {
    id: 'storefront/routing-and-health',
    requirement: '`/api/*` and `/health`; `/health` every 30 s.',
    expectations: [
      {
        name: '`/api/*` and `/health` to the service',
        check: (model) =>
          same(pathsByService(model), { 'service-dev-webapp': ['/api/*', '/health'] }, 'paths'),
      },
      {
        name: '`/health` every 30 s',
        check: ({ targetGroups }) =>
          same(
            pick(only(targetGroups, 'target group').health, 'path', 'intervalSeconds'),
            { path: '/health', intervalSeconds: 30 },
            'health check',
          ),
      },
    ],
  },
  {
    id: 'storefront/scaling',
    requirement: '2–10, CPU 70 %, cooldown 300 s both ways.',
    expectations: [
      {
        name: '2 to 10 tasks at 70 % CPU, 300 s both ways',
        check: ({ scaling }) => {
          const target = only(scaling, 'scaling target');
          same(
            pick(target, 'service', 'minimum', 'maximum'),
            { service: 'service-dev-webapp', minimum: 2, maximum: 10 },
            'limits',
          );
          same(
            pick(
              only(target.policies, 'policy'),
              'metric',
              'target',
              'scaleInCooldownSeconds',
              'scaleOutCooldownSeconds',
            ),
            {
              metric: 'ECSServiceAverageCPUUtilization',
              target: 70,
              scaleInCooldownSeconds: 300,
              scaleOutCooldownSeconds: 300,
            },
            'policy',
          );
        },
      },
    ],
  },
  {
    id: 'storefront/database',
    requirement: 'RDS PostgreSQL db.t3.micro in private subnets, backups kept 5 days, encrypted.',
    expectations: [
      {
        name: 'RDS PostgreSQL on db.t3.micro, backups 5 days, encrypted',
        check: ({ databases }) => {
          const database = only(databases, 'database');
          same(
            pick(database, 'engine', 'backupRetentionDays', 'encrypted'),
            { engine: 'postgres', backupRetentionDays: 5, encrypted: true },
            database.name,
          );
          same(only(database.instances, 'instance').instanceClass, 'db.t3.micro', 'class');
        },
      },
      {
        name: 'in private subnets, closed to the public',
        check: (model) => {
          const { subnets, instances } = only(model.databases, 'database');
          same(tierOf(model, subnets), 'private', 'subnets');
          same(subnets.length, 2, 'number of subnets');
          same(only(instances, 'instance').publiclyAccessible, false, 'public access');
        },
      },
    ],
  },
  {
    id: 'storefront/sessions',
    requirement:
      'DynamoDB table `user-sessions` (with suffix), TTL on `expiry`. An expired session is never accepted, whether or not DynamoDB has deleted it yet.',
    expectations: [
      {
        name: 'table user-sessions-dev with TTL on expiry',
        check: ({ tables }) =>
          same(
            pick(only(tables, 'table'), 'name', 'ttlAttribute'),
            { name: 'user-sessions-dev', ttlAttribute: 'expiry' },
            'table',
          ),
      },
      {
        name: 'the service knows it and may read and write it',
        check: (model) => {
          const { container, taskRole } = onlyTask(model);
          same(container.environment['SESSIONS_TABLE'], 'user-sessions-dev', 'SESSIONS_TABLE');
          const statement = taskRole.statements.find(({ targets }) =>
            targets.some((target) => target.kind === 'table' && target.name === 'user-sessions-dev'),
          );
          for (const action of ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:DeleteItem'])
            holds(statement?.actions.includes(action) ?? false, `the service may not ${action}`);
        },
      },
    ],
    shownBy: [
      {
        what: 'an expired session is never accepted, also while its item is still in the table',
        reason: 'that is the service’s own work',
        tests: ['systems/storefront/test/sessions.test.ts'],
      },
    ],
  },
  {
    id: 'storefront/registry',
    requirement: 'Private, scan on push, keep 5.',
    expectations: [
      {
        name: 'private, scans on push, keeps 5',
        check: ({ repositories }) =>
          same(
            pick(only(repositories, 'repository'), 'public', 'scanOnPush', 'keepImages'),
            { public: false, scanOnPush: true, keepImages: 5 },
            'repository',
          ),
      },
    ],
  },
  {
    id: 'storefront/logs',
    requirement: '7 days, streams by task family.',
    expectations: [
      {
        name: 'kept 7 days, streams by task family',
        check: (model) => {
          const { container, definition } = onlyTask(model);
          same(container.streamPrefix, definition.family, 'stream prefix');
          const group = model.logGroups.find(({ name }) => name === container.logGroup);
          same(group?.retentionDays, 7, 'retention');
        },
      },
    ],
  },
  {
    id: 'storefront/security',
    requirement:
      'Load balancer → tasks 5000, tasks → database 5432; connection string in an existing secret, rotation off; credentials injected.',
    expectations: [
      {
        name: 'tasks take 5000 from the load balancer, the database 5432 from the tasks',
        check: (model) => {
          const balancer = groupOf(only(model.loadBalancers, 'load balancer'));
          const tasks = groupOf(only(model.services, 'service'));
          same(entrances(model, tasks), [[5000, balancer]], 'tasks');
          same(entrances(model, groupOf(only(model.databases, 'database'))), [[5432, tasks]], 'database');
        },
      },
      {
        name: 'the secret exists already: none is created or rotated',
        check: ({ secrets, databases }) => {
          same(secrets, [], 'secrets that are created');
          same(only(databases, 'database').secret, 'storefront/dev/database', 'secret of the database');
        },
      },
      {
        name: 'connection string and credentials are injected from it',
        check: (model) => {
          const { container, executionRole } = onlyTask(model);
          const secret = 'storefront/dev/database';
          same(
            container.secrets,
            {
              DB_PASSWORD: { secret, key: 'password' },
              DB_URL: { secret, key: 'url' },
              DB_USERNAME: { secret, key: 'username' },
            },
            'secrets',
          );
          holds(
            executionRole.statements.some(
              ({ actions, targets }) =>
                actions.includes('secretsmanager:GetSecretValue') &&
                targets.some((target) => target.kind === 'secret' && target.name === secret),
            ),
            'the execution role may not read the secret',
          );
        },
      },
    ],
  },
  {
    id: 'storefront/deploy-with',
    requirement: 'Pulumi; outputs include the load balancer DNS name.',
    expectations: [
      {
        name: 'outputs include the load balancer’s DNS name',
        check: (model) =>
          same(
            model.outputs['LoadBalancerDnsName'],
            `<load-balancer ${only(model.loadBalancers, 'load balancer').name} dns-name>`,
            'LoadBalancerDnsName',
          ),
      },
    ],
    shownBy: [
      {
        what: 'deployed with Pulumi',
        reason: 'shown by the Pulumi target’s own run of this suite, and by the system’s own Pulumi program',
        tests: ['packages/pulumi/test/conformance.test.ts', 'packages/pulumi/test/programs.test.ts'],
      },
    ],
  },
  {
    id: 'storefront/work',
    requirement:
      'The service does real work: browse, sign in, cart, checkout with stock. Under a flash sale nothing is oversold, nothing lost, every buyer gets a clear answer, a repeated submit does not buy twice.',
    expectations: [],
    shownBy: [
      {
        what: 'browse, sign in, cart, checkout with stock; a repeated submit does not buy twice',
        reason: work,
        tests: [
          'systems/storefront/test/shop.test.ts',
          'systems/storefront/test/sessions.test.ts',
          'systems/storefront/test/bad-input.test.ts',
          'systems/storefront/test/hostile.test.ts',
        ],
      },
      {
        what: 'under a flash sale nothing is oversold or lost, and every buyer gets a clear answer',
        reason: work,
        tests: [
          'systems/storefront/test/flash-sale.test.ts',
          'systems/storefront/service/src/checkout/checkout-queue.test.ts',
        ],
      },
    ],
  },
];

/** Rows of the web shop. */
export const storefrontRows: RowGroup = { system: 'storefront', title: 'storefront', rows };
