import { holds, named, only, onlyTask, pathsByService, pick, same, tierOf } from './looking.ts';
import type { Row, RowGroup } from './row.ts';
import { SHOP_NETWORK } from './shop-network.ts';

const rows: readonly Row[] = [
  {
    id: 'shop/region',
    requirement: 'Region eu-south-1, two zones. Definition differs, service code is the catalogue’s.',
    expectations: [
      {
        name: 'subnets in two zones of eu-south-1',
        check: ({ region, subnets }) => {
          same(region, 'eu-south-1', 'region');
          same([...new Set(subnets.map(({ zone }) => zone))].sort(), ['eu-south-1a', 'eu-south-1b'], 'zones');
        },
      },
    ],
    shownBy: [
      {
        what: 'the service’s code is the catalogue’s',
        reason: 'a template names an image, not what it was built from',
        tests: ['packages/plan/test/requirements/shop.test.ts'],
      },
    ],
  },
  ...SHOP_NETWORK,
  {
    id: 'shop/registry',
    requirement: 'Private, scan on push, mutable tags.',
    expectations: [
      {
        name: 'private, scans on push, tags can be pushed again',
        check: ({ repositories }) => {
          same(
            pick(only(repositories, 'repository'), 'public', 'scanOnPush', 'mutableTags'),
            { public: false, scanOnPush: true, mutableTags: true },
            'repository',
          );
        },
      },
    ],
  },
  {
    id: 'shop/database',
    requirement:
      'Aurora PostgreSQL, writer and reader, db.t3.medium, in private subnets; password in Secrets Manager; final snapshot skipped.',
    expectations: [
      {
        name: 'Aurora PostgreSQL, writer and reader of db.t3.medium',
        check: ({ databases }) => {
          const { engine, serverless, instances } = only(databases, 'database');
          same([engine, serverless], ['aurora-postgresql', null], 'engine and serverless capacity');
          same(
            instances.map(({ instanceClass }) => instanceClass),
            ['db.t3.medium', 'db.t3.medium'],
            'instances',
          );
          same(new Set(instances.map(({ promotionTier }) => promotionTier)).size, 2, 'promotion tiers');
        },
      },
      {
        name: 'in private subnets, without a final snapshot',
        check: (model) => {
          const { subnets, removal } = only(model.databases, 'database');
          same(tierOf(model, subnets), 'private', 'subnets');
          same(subnets.length, 2, 'number of subnets');
          same(removal, 'destroy', 'removal');
        },
      },
      {
        name: 'its password is generated in Secrets Manager and injected',
        check: (model) => {
          const { secret } = only(model.databases, 'database');
          holds(named(model.secrets, secret ?? '').generated !== null, 'the password is not generated');
          same(onlyTask(model).container.secrets['DB_PASSWORD'], { secret, key: 'password' }, 'DB_PASSWORD');
        },
      },
    ],
  },
  {
    id: 'shop/service',
    requirement: '1 vCPU, 2 GB, port 5000, desired 2, Fargate.',
    expectations: [
      {
        name: '1 vCPU, 2 GB, port 5000, on Fargate only',
        check: (model) => {
          const { definition, container, service } = onlyTask(model);
          same(
            pick(definition, 'cpu', 'memory', 'compatibilities', 'networkMode'),
            { cpu: 1024, memory: 2048, compatibilities: ['FARGATE'], networkMode: 'awsvpc' },
            'task definition',
          );
          same(
            container.ports.map(({ port }) => port),
            [5000],
            'ports',
          );
          same(
            service.capacity.map(({ provider }) => provider),
            ['FARGATE'],
            'capacity providers',
          );
        },
      },
      {
        name: '2 tasks to begin with',
        check: (model) => {
          const { desiredCount } = only(model.services, 'service');
          same(desiredCount ?? only(model.scaling, 'scaling target').minimum, 2, 'tasks to begin with');
        },
      },
    ],
  },
  {
    id: 'shop/load-balancer',
    requirement:
      'Internet-facing, HTTP 80; HTTPS with certificate and Route 53 record when a domain is given; target group on `/health`, 30 s / 5 s, 2 healthy, 3 unhealthy.',
    expectations: [
      {
        name: 'internet-facing, HTTP on 80 to the service',
        check: (model) => {
          same(only(model.loadBalancers, 'load balancer').scheme, 'internet-facing', 'scheme');
          const { port, protocol } = only(model.listeners, 'listener');
          same({ port, protocol }, { port: 80, protocol: 'HTTP' }, 'listener');
          same(pathsByService(model), { 'flask-api-service-dev': ['/*'] }, 'paths');
        },
      },
      {
        name: 'with a domain: certificate validated by DNS and a record that leads to the load balancer',
        variant: 'domain',
        check: (model) => {
          const { name, type, target } = only(
            model.records.filter((each) => each.type === 'A'),
            'A record',
          );
          same(
            { name, type, target },
            { name: 'shop.example.com', type: 'A', target: only(model.loadBalancers, 'load balancer').name },
            'record',
          );
          const certificate = only(model.certificates, 'certificate');
          same(
            pick(certificate, 'domain', 'validation'),
            { domain: 'shop.example.com', validation: 'DNS' },
            'certificate',
          );
          const https = model.listeners.find(({ port }) => port === 443);
          same(https?.certificates, [certificate.name], 'certificate of the listener');
          same(https?.rules.length, 1, 'rules of the listener');
        },
      },
      {
        name: 'target group on `/health`, 30 s / 5 s, 2 healthy, 3 unhealthy',
        check: ({ targetGroups }) => {
          const { health, port } = only(targetGroups, 'target group');
          same(port, 5000, 'port');
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
            'health check',
          );
        },
      },
    ],
  },
  {
    id: 'shop/scaling',
    requirement: '2–10, CPU 70 %, scale-in cooldown 300 s, scale-out 60 s.',
    expectations: [
      {
        name: '2 to 10 tasks at 70 % CPU, in after 300 s, out after 60 s',
        check: ({ scaling }) => {
          const target = only(scaling, 'scaling target');
          same(
            pick(target, 'service', 'minimum', 'maximum'),
            { service: 'flask-api-service-dev', minimum: 2, maximum: 10 },
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
              scaleOutCooldownSeconds: 60,
            },
            'policy',
          );
        },
      },
    ],
  },
  {
    id: 'shop/logs',
    requirement: '`/ecs/flask-api-{env}` and `/aws/alb/flask-api-{env}`, 7 days.',
    expectations: [
      {
        name: '/ecs/flask-api-dev for the tasks and /aws/alb/flask-api-dev, 7 days',
        check: (model) => {
          same(onlyTask(model).container.logGroup, '/ecs/flask-api-dev', 'log group of the tasks');
          for (const name of ['/ecs/flask-api-dev', '/aws/alb/flask-api-dev'])
            same(named(model.logGroups, name).retentionDays, 7, `retention of ${name}`);
        },
      },
      {
        name: '/ecs/flask-api-pr42 and /aws/alb/flask-api-pr42 in environment pr42',
        variant: 'pr42',
        check: ({ logGroups }) => {
          for (const name of ['/ecs/flask-api-pr42', '/aws/alb/flask-api-pr42'])
            same(named(logGroups, name).retentionDays, 7, `retention of ${name}`);
        },
      },
    ],
  },
  {
    id: 'shop/names-and-tags',
    requirement: '`flask-api-{type}-{env}`; Environment=production, Project=ecommerce-api, ManagedBy=Pulumi.',
    expectations: [
      {
        name: 'names by flask-api-{type}-dev',
        check: (model) => {
          const names = [
            ...model.vpcs,
            ...model.subnets,
            ...model.natGateways,
            ...model.securityGroups,
            ...model.clusters,
            ...model.services,
            ...model.repositories,
            ...model.loadBalancers,
            ...model.targetGroups,
            ...model.databases,
            ...model.secrets,
            ...model.alarms,
            ...model.dashboards,
            ...tasks(model),
          ].map(({ name }) => name);
          holds(names.length >= 20, `expected at least 20 names, found ${names.length}`);
          const odd = names.filter((name) => !/^flask-api-[a-z0-9-]+-dev$/.test(name));
          same(odd, [], 'names by another pattern');
        },
      },
      {
        name: 'tags Environment=production, Project=ecommerce-api, ManagedBy=Pulumi',
        check: ({ services, resources }) => {
          const expected = { Environment: 'production', Project: 'ecommerce-api', ManagedBy: 'Pulumi' };
          const vpc = resources.find(({ name }) => name === 'flask-api-vpc-dev');
          for (const tags of [only(services, 'service').tags, vpc?.tags ?? {}])
            same(pick(tags, 'Environment', 'Project', 'ManagedBy'), expected, 'tags');
        },
      },
    ],
  },
  {
    id: 'shop/outputs',
    requirement: 'VPC id, load balancer DNS name, registry URI, database endpoint, cluster name.',
    expectations: [
      {
        name: 'the five, by the names that users know them by',
        check: (model) => {
          same(
            pick(model.outputs, 'VpcId', 'LoadBalancerDnsName', 'ClusterName'),
            {
              VpcId: '<vpc flask-api-vpc-dev id>',
              LoadBalancerDnsName: `<load-balancer ${only(model.loadBalancers, 'load balancer').name} dns-name>`,
              ClusterName: 'flask-api-cluster-dev',
            },
            'outputs',
          );
          const ending = (key: RegExp) =>
            Object.entries(model.outputs).find(([each]) => key.test(each))?.[1] ?? 'none';
          same(ending(/DatabaseEndpoint$/), '<database flask-api-database-dev host>', 'database endpoint');
          holds(
            ending(/RegistryUri$/).endsWith('.dkr.ecr.eu-south-1.amazonaws.com/flask-api-repo-dev'),
            `registry URI is ${ending(/RegistryUri$/)}`,
          );
        },
      },
    ],
  },
  {
    id: 'shop/tests',
    requirement:
      'Pulumi mocks: arguments with defaults and custom values, names with the suffix, every output, tags.',
    expectations: [],
    shownBy: [
      {
        what: 'the program under Pulumi’s mocks',
        reason: 'shown by the Pulumi target’s own tests',
        tests: [],
      },
    ],
  },
];

function tasks({ taskDefinitions, roles }: Parameters<typeof onlyTask>[0]) {
  const [{ family = '', executionRole = '', taskRole = '' } = {}] = taskDefinitions;
  return [{ name: family }, named(roles, executionRole), named(roles, taskRole)];
}

/** Rows of the shop's API. */
export const shopRows: RowGroup = { system: 'shop', title: 'shop', rows };
