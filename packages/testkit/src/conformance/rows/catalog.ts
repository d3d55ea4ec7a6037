import { CONTRACT } from './catalog-contract.ts';
import { OPERATIONS } from './catalog-operations.ts';
import {
  entrances,
  groupOf,
  holds,
  named,
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

const ZONES = ['ap-southeast-2a', 'ap-southeast-2b', 'ap-southeast-2c'];

const rows: readonly Row[] = [
  {
    id: 'catalog/region',
    requirement: 'Region ap-southeast-2, three availability zones.',
    expectations: [
      {
        name: 'subnets in the three zones of ap-southeast-2',
        check: ({ subnets, region }) => {
          same(region, 'ap-southeast-2', 'region');
          same([...new Set(subnets.map(({ zone }) => zone))].sort(), ZONES, 'zones');
        },
      },
    ],
  },
  {
    id: 'catalog/network',
    requirement:
      'VPC with public, private (with egress) and isolated subnets, /24 each, in 3 zones; one NAT gateway per zone (3). Load balancer in public, tasks in private, database in isolated subnets.',
    expectations: [
      {
        name: 'a public, a private and an isolated /24 in each of 3 zones',
        check: (model) => {
          for (const [tier, subnets] of Object.entries(subnetsByTier(model))) {
            sameSet(
              subnets.map(({ zone }) => zone),
              ZONES,
              `zones of the ${tier} subnets`,
            );
            for (const { name, cidr } of subnets) holds(cidr.endsWith('/24'), `${name} is ${cidr}`);
          }
          same(model.vpcs.length, 1, 'VPCs');
        },
      },
      {
        name: 'a NAT gateway in each zone, and each private subnet uses its own zone’s',
        check: (model) => {
          const zoneOf = (subnet: string) => named(model.subnets, subnet).zone;
          sameSet(
            model.natGateways.map(({ subnet }) => zoneOf(subnet)),
            ZONES,
            'zones of the NAT gateways',
          );
          for (const { subnet } of model.natGateways)
            same(named(model.subnets, subnet).defaultRoute.to, 'internet-gateway', `route of ${subnet}`);
          for (const { name, zone, defaultRoute } of subnetsByTier(model).private)
            same(
              defaultRoute.to === 'nat-gateway' && zoneOf(named(model.natGateways, defaultRoute.nat).subnet),
              zone,
              `zone of the NAT gateway of ${name}`,
            );
        },
      },
      {
        name: 'load balancer in public, tasks in private, database in isolated subnets',
        check: (model) => {
          const balancer = only(model.loadBalancers, 'load balancer');
          const service = only(model.services, 'service');
          const database = only(model.databases, 'database');
          same(tierOf(model, balancer.subnets), 'public', 'subnets of the load balancer');
          same(tierOf(model, service.subnets), 'private', 'subnets of the tasks');
          same(tierOf(model, database.subnets), 'isolated', 'subnets of the database');
          for (const each of [balancer, service, database]) same(each.subnets.length, 3, 'subnets');
          same(service.assignPublicIp, false, 'public addresses of tasks');
          for (const { name, publiclyAccessible } of database.instances)
            same(publiclyAccessible, false, `public access to ${name}`);
        },
      },
      {
        name: 'only the load balancer reaches tasks, only tasks reach the database',
        check: (model) => {
          const balancer = groupOf(only(model.loadBalancers, 'load balancer'));
          const tasks = groupOf(only(model.services, 'service'));
          same(entrances(model, tasks), [[5000, balancer]], 'entrances of the tasks');
          same(
            entrances(model, groupOf(only(model.databases, 'database'))),
            [[5432, tasks]],
            'entrances of the database',
          );
          holds(
            named(model.securityGroups, balancer).egress.some(
              ({ fromPort, peer }) =>
                fromPort === 5000 && peer.kind === 'security-group' && peer.group === tasks,
            ),
            'the load balancer may not connect to the tasks',
          );
        },
      },
    ],
  },
  {
    id: 'catalog/cluster',
    requirement: 'ECS on Fargate with Fargate and Fargate Spot providers; Container Insights on.',
    expectations: [
      {
        name: 'Fargate and Fargate Spot, Container Insights on',
        check: (model) => {
          const { capacityProviders, containerInsights } = only(model.clusters, 'cluster');
          sameSet(capacityProviders, ['FARGATE', 'FARGATE_SPOT'], 'capacity providers');
          holds(containerInsights !== 'disabled', 'Container Insights is off');
          same(onlyTask(model).definition.compatibilities, ['FARGATE'], 'compatibilities');
        },
      },
    ],
  },
  {
    id: 'catalog/service',
    requirement:
      '`catalog`: 512 CPU units, 1024 MiB, port 5000; desired 2, minimum 2, maximum 10; capacity: FARGATE_SPOT weight 70, FARGATE weight 30 with base 1; minimum healthy 50 %, maximum 200 %; exec enabled.',
    expectations: [
      {
        name: '512 CPU units, 1024 MiB, port 5000',
        check: (model) => {
          const { definition, container, service } = onlyTask(model);
          same(pick(definition, 'cpu', 'memory'), { cpu: 512, memory: 1024 }, 'size');
          same(container.name, 'catalog', 'container');
          same(
            container.ports.map(({ port }) => port),
            [5000],
            'ports',
          );
          same(container.environment['PORT'], '5000', 'PORT');
          same(
            service.targets.map(({ port }) => port),
            [5000],
            'port that the load balancer sends to',
          );
        },
      },
      {
        name: '2 tasks to begin with, 2 to 10 by scaling',
        check: (model) => {
          const scaling = only(model.scaling, 'scaling target');
          const { name, desiredCount } = only(model.services, 'service');
          same(scaling.service, name, 'what scales');
          same(pick(scaling, 'minimum', 'maximum'), { minimum: 2, maximum: 10 }, 'limits');
          holds(desiredCount === null || desiredCount === 2, `desired count is ${desiredCount}`);
        },
      },
      {
        name: 'Spot with weight 70, on demand with weight 30 and base 1',
        check: (model) => {
          const { capacity, launchType } = only(model.services, 'service');
          sameSet(
            capacity,
            [
              { provider: 'FARGATE_SPOT', weight: 70, base: 0 },
              { provider: 'FARGATE', weight: 30, base: 1 },
            ],
            'capacity',
          );
          same(launchType, null, 'launch type beside a capacity strategy');
        },
      },
      {
        name: 'minimum healthy 50 %, maximum 200 %, exec enabled',
        check: (model) => {
          const { service, taskRole } = onlyTask(model);
          same(
            pick(service.deployment, 'minimumHealthyPercent', 'maximumPercent'),
            { minimumHealthyPercent: 50, maximumPercent: 200 },
            'limits of a deployment',
          );
          same(service.executeCommand, true, 'exec');
          holds(
            taskRole.statements.some(({ actions }) => actions.includes('ssmmessages:OpenDataChannel')),
            'the task role may not open a shell',
          );
        },
      },
    ],
  },
  {
    id: 'catalog/routing',
    requirement:
      'Internet-facing load balancer; `/api/*` and `/health` forward to the service; everything else answers 404 `Not Found` in plain text.',
    expectations: [
      {
        name: 'an internet-facing application load balancer, open on 80 and 443',
        check: (model) => {
          const balancer = only(model.loadBalancers, 'load balancer');
          same(
            pick(balancer, 'type', 'scheme'),
            { type: 'application', scheme: 'internet-facing' },
            'load balancer',
          );
          sameSet(
            entrances(model, groupOf(balancer)),
            [
              [80, '0.0.0.0/0'],
              [443, '0.0.0.0/0'],
            ],
            'entrances of the load balancer',
          );
        },
      },
      {
        name: '`/api/*` and `/health` forward to the service, nothing else does',
        check: (model) => {
          const { port, protocol } = only(model.listeners, 'listener');
          same({ port, protocol }, { port: 80, protocol: 'HTTP' }, 'listener');
          same(pathsByService(model), { 'service-catalog-dev': ['/api/*', '/health'] }, 'paths');
        },
      },
      {
        name: 'everything else answers 404 Not Found in plain text',
        check: (model) => {
          same(
            only(model.listeners, 'listener').defaultAction,
            { kind: 'fixed-response', statusCode: 404, contentType: 'text/plain', body: 'Not Found' },
            'default action',
          );
        },
      },
    ],
  },
  {
    id: 'catalog/health-check',
    requirement: '`/health`, interval 30 s, timeout 5 s, healthy 2, unhealthy 3.',
    expectations: [
      {
        name: '`/health`, 30 s, 5 s, healthy 2, unhealthy 3 on every target group',
        check: ({ targetGroups }) => {
          holds(targetGroups.length > 0, 'expected target groups');
          for (const { health, name } of targetGroups)
            same(
              pick(
                health,
                'path',
                'intervalSeconds',
                'timeoutSeconds',
                'healthyThreshold',
                'unhealthyThreshold',
              ),
              {
                path: '/health',
                intervalSeconds: 30,
                timeoutSeconds: 5,
                healthyThreshold: 2,
                unhealthyThreshold: 3,
              },
              `health check of ${name}`,
            );
        },
      },
    ],
  },
  {
    id: 'catalog/scaling',
    requirement: 'CPU target 70 %, scale-in and scale-out cooldown 60 s.',
    expectations: [
      {
        name: 'CPU at 70 %, cooldowns 60 s',
        check: ({ scaling }) => {
          const { policies } = only(scaling, 'scaling target');
          same(
            pick(
              only(policies, 'policy'),
              'metric',
              'target',
              'scaleInCooldownSeconds',
              'scaleOutCooldownSeconds',
              'disableScaleIn',
            ),
            {
              metric: 'ECSServiceAverageCPUUtilization',
              target: 70,
              scaleInCooldownSeconds: 60,
              scaleOutCooldownSeconds: 60,
              disableScaleIn: false,
            },
            'policy',
          );
        },
      },
    ],
  },
  {
    id: 'catalog/registry',
    requirement: 'Repository per service, keep the last 10 images, removed with its images.',
    expectations: [
      {
        name: 'a repository that keeps 10 images and goes with them',
        check: (model) => {
          const repository = only(model.repositories, 'repository');
          same(
            pick(repository, 'keepImages', 'emptyOnDelete', 'removal', 'public'),
            { keepImages: 10, emptyOnDelete: true, removal: 'destroy', public: false },
            repository.name,
          );
          holds(
            onlyTask(model).container.image.includes(`amazonaws.com/${repository.name}`),
            'the service runs no image of its repository',
          );
        },
      },
    ],
  },
  {
    id: 'catalog/database',
    requirement:
      'Aurora PostgreSQL Serverless v2, 0.5–2 ACU, one writer and one reader that scales with it, encrypted, backups kept 7 days in window 03:00–04:00, database `productdb`.',
    expectations: [
      {
        name: 'Aurora PostgreSQL Serverless v2 with 0.5 to 2 ACU',
        check: ({ databases }) => {
          const database = only(databases, 'database');
          same(database.engine, 'aurora-postgresql', 'engine');
          same(database.serverless, { minimumAcu: 0.5, maximumAcu: 2 }, 'capacity');
          for (const { instanceClass } of database.instances) same(instanceClass, 'db.serverless', 'class');
        },
      },
      {
        name: 'a writer, and a reader that scales with it',
        check: ({ databases }) => {
          const tiers = only(databases, 'database').instances.map(({ promotionTier }) => promotionTier);
          // Readers of tier 0 and 1 scale with the writer.
          same(tiers.length, 2, 'instances');
          sameSet(tiers, [0, 1], 'promotion tiers');
        },
      },
      {
        name: 'encrypted, backups 7 days in 03:00–04:00, database productdb',
        check: ({ databases }) => {
          same(
            pick(
              only(databases, 'database'),
              'encrypted',
              'backupRetentionDays',
              'backupWindow',
              'databaseName',
            ),
            {
              encrypted: true,
              backupRetentionDays: 7,
              backupWindow: '03:00-04:00',
              databaseName: 'productdb',
            },
            'database',
          );
        },
      },
    ],
  },
  {
    id: 'catalog/secrets',
    requirement: '`DB_HOST DB_PORT DB_NAME DB_USERNAME DB_PASSWORD` injected from the database’s secret.',
    expectations: [
      {
        name: 'the five are injected from the secret that the database takes its password from',
        check: (model) => {
          const { container } = onlyTask(model);
          const { secret, name } = only(model.databases, 'database');
          same(
            container.secrets,
            {
              DB_HOST: { secret, key: 'host' },
              DB_PORT: { secret, key: 'port' },
              DB_NAME: { secret, key: 'dbname' },
              DB_USERNAME: { secret, key: 'username' },
              DB_PASSWORD: { secret, key: 'password' },
            },
            'secrets',
          );
          same(named(model.secrets, secret ?? '').attachedTo, name, 'database that completes the secret');
          const open = Object.keys(container.environment).filter((key) => key.startsWith('DB_'));
          same(open, [], 'plain settings of the database');
        },
      },
    ],
  },
  ...OPERATIONS,
  ...CONTRACT,
];

/** Rows of the product catalogue API. */
export const catalogRows: RowGroup = { system: 'catalog', title: 'catalog', rows };
