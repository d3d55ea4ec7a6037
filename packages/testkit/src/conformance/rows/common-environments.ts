import { dashboardOf, holds, named, only, same } from './looking.ts';
import type { Row } from './row.ts';

/** What cluster and first service are called in `dev`, by each system's own pattern. */
const NAMES: Readonly<Record<string, { readonly cluster: string; readonly services: readonly string[] }>> = {
  catalog: { cluster: 'cluster-catalog-dev', services: ['service-catalog-dev'] },
  'flask-api': { cluster: 'flask-api-cluster-dev', services: ['flask-api-service-dev'] },
  payments: {
    cluster: 'payments-cluster-dev',
    services: ['notification-service-dev', 'order-service-dev', 'payment-service-dev'],
  },
  storefront: { cluster: 'cluster-dev-storefront', services: ['service-dev-webapp'] },
};

/** Longest names that AWS takes, for what has the shortest. */
const LIMITS: Readonly<Record<string, number>> = {
  'load-balancer': 32,
  'target-group': 32,
  bucket: 63,
  database: 63,
  role: 64,
};

export const common: readonly Row[] = [
  {
    id: 'common/environments',
    requirement:
      'Every named resource carries the environment suffix, so that any number of environments live side by side in one account. The suffix comes from `--env`, `ENVIRONMENT_SUFFIX` or the CDK context key `environmentSuffix`; default `dev`. Bad suffixes are refused with the rule.',
    expectations: [
      {
        name: 'every name of a resource carries the suffix',
        variant: 'pr42',
        check: ({ resources }) => {
          const names = resources.flatMap(({ kind, name }) => (name === null ? [] : [`${kind} ${name}`]));
          holds(names.length > 30, `expected more than 30 named resources, found ${names.length}`);
          const without = names.filter((name) => !/[-/ .]pr42(?:$|[-/.])/.test(name));
          same(without, [], 'names without the suffix');
        },
      },
    ],
    shownBy: [
      {
        what: 'bad suffixes are refused with the rule',
        reason: 'nothing is emitted then',
        tests: ['packages/plan/test/requirements/common.test.ts'],
      },
      {
        what: '`--env`, `ENVIRONMENT_SUFFIX`, default `dev`',
        reason: 'a template does not say where its suffix came from',
        tests: ['packages/breakwater/test/definition.test.ts'],
      },
      {
        what: 'the CDK context key `environmentSuffix`',
        reason: 'a template does not say where its suffix came from',
        tests: [],
      },
    ],
  },
  {
    id: 'common/naming',
    requirement:
      'The pattern is part of the definition: `{type}-{purpose}-{env}`, `{purpose}-{type}-{env}`, `{purpose}-{env}` with the type in the purpose, `{type}-{env}-{purpose}`. Length and character limits are known and enforced; a name that is too long is shortened with a stable hash.',
    expectations: [
      {
        name: "cluster and services are named by the system's pattern",
        check: ({ clusters, services }, plan) => {
          const expected = NAMES[plan.system];
          same(only(clusters, 'cluster').name, expected?.cluster, 'cluster');
          same(services.map(({ name }) => name).sort(), expected?.services, 'services');
        },
      },
      {
        name: 'no name is longer than AWS takes',
        variant: 'pr42',
        check: ({ resources }) => {
          const long = resources.filter(
            ({ kind, name }) => (name?.length ?? 0) > (LIMITS[kind] ?? 255) || name?.length === 0,
          );
          same(long, [], 'names that are too long');
        },
      },
    ],
    shownBy: [
      {
        what: 'limits per resource and shortening with a stable hash',
        reason: 'none of the four systems has a name that is too long',
        tests: ['packages/plan/src/resolve/naming.test.ts'],
      },
    ],
  },
  {
    id: 'common/destroyable',
    requirement:
      'No Retain policy, no deletion protection, final snapshots skipped, repositories and buckets emptied on delete. `protect: true` turns the opposite on: deletion protection, final snapshots, Retain for data.',
    expectations: [
      {
        name: 'nothing is kept, as a snapshot or as it is',
        check: ({ resources }) => {
          same(
            resources.filter(({ removal }) => removal !== 'destroy').map(({ kind, name }) => [kind, name]),
            [],
            'resources that are kept',
          );
        },
      },
      {
        name: 'nothing is protected from deletion',
        check: ({ loadBalancers, databases, tables }) => {
          const guarded = [...loadBalancers, ...databases, ...tables].filter(
            ({ deletionProtection }) => deletionProtection,
          );
          same(guarded, [], 'protected from deletion');
        },
      },
      {
        name: 'repositories and buckets are emptied on delete',
        check: ({ repositories, buckets }, plan) => {
          same(repositories.length, Object.keys(plan.services).length, 'repositories');
          const full = [...repositories, ...buckets].filter(({ emptyOnDelete }) => !emptyOnDelete);
          same(full, [], 'not emptied on delete');
        },
      },
      {
        name: 'protect: load balancer, databases and tables cannot be deleted by mistake',
        variant: 'prod',
        check: ({ loadBalancers, databases, tables }) => {
          const open = [...loadBalancers, ...databases, ...tables].filter(
            ({ deletionProtection }) => !deletionProtection,
          );
          same(open, [], 'not protected from deletion');
          holds(loadBalancers.length === 1, 'expected a load balancer');
        },
      },
      {
        name: 'protect: databases leave a final snapshot; tables, buckets, generated secrets and keys stay',
        variant: 'prod',
        check: ({ databases, tables, buckets, secrets, keys }) => {
          for (const { name, removal } of databases) same(removal, 'snapshot', `removal of ${name}`);
          for (const { name, removal } of [...tables, ...buckets, ...secrets])
            same(removal, 'retain', `removal of ${name}`);
          for (const { alias, removal } of keys) same(removal, 'retain', `removal of ${alias}`);
        },
      },
      {
        name: 'protect: repositories and buckets are not emptied',
        variant: 'prod',
        check: ({ repositories, buckets }, plan) => {
          same(repositories.length, Object.keys(plan.services).length, 'repositories');
          const emptied = [...repositories, ...buckets].filter(({ emptyOnDelete }) => emptyOnDelete);
          same(emptied, [], 'emptied on delete');
        },
      },
    ],
  },
  {
    id: 'common/outputs',
    requirement:
      'Load balancer DNS name, registry URI per service, dashboard URL, cluster name, service name per service, database endpoint, VPC id. Written to `cfn-outputs/flat-outputs.json` as one flat object of strings, and as outputs of the target. Reading accepts the flat object and the array of `{OutputKey, OutputValue}`.',
    expectations: [
      {
        name: 'an output for each, with the value of the resource itself',
        check: (model) => {
          const values = Object.values(model.outputs);
          const has = (value: string, what: string) =>
            holds(values.includes(value), `no output gives ${what}; there are ${values.join(', ')}`);
          has(`<load-balancer ${only(model.loadBalancers, 'load balancer').name} dns-name>`, 'the DNS name');
          has(only(model.clusters, 'cluster').name, "the cluster's name");
          has(`<vpc ${only(model.vpcs, 'VPC').name} id>`, 'the id of the VPC');
          for (const { name } of model.services) has(name, `the name of service ${name}`);
          for (const { name } of model.databases) has(`<database ${name} host>`, `the endpoint of ${name}`);
          const registry = `.dkr.ecr.${model.region}.amazonaws.com/`;
          for (const { name } of model.repositories)
            holds(
              values.some((value) => value.endsWith(`${registry}${name}`)),
              `no output gives the URI of repository ${name}`,
            );
        },
      },
      {
        name: "the dashboard's URL leads to the dashboard in its region",
        check: (model) => {
          const { name } = dashboardOf(model);
          holds(
            Object.values(model.outputs).some(
              (value) =>
                value.startsWith('https://') &&
                value.includes(model.region) &&
                new RegExp(`dashboards[:/].*${name}$`).test(value),
            ),
            `no output is the URL of dashboard ${name}`,
          );
        },
      },
      {
        name: 'keys are plain words, so that they stand in one flat object',
        check: ({ outputs }) => {
          const odd = Object.keys(outputs).filter((key) => !/^[A-Z][A-Za-z0-9]*$/.test(key));
          same(odd, [], 'keys of outputs');
          holds(Object.keys(outputs).length >= 7, 'expected at least seven outputs');
        },
      },
      {
        name: 'keys are the same in every environment',
        variant: 'pr42',
        check: ({ outputs, clusters }) => {
          same(outputs['ClusterName'], named(clusters, only(clusters, 'cluster').name).name, 'ClusterName');
          for (const key of ['LoadBalancerDnsName', 'VpcId', 'DashboardUrl'])
            holds(outputs[key] !== undefined, `no output ${key}`);
        },
      },
    ],
    shownBy: [
      {
        what: 'the file `cfn-outputs/flat-outputs.json`, and both shapes read back',
        reason: 'written after a deployment',
        tests: [],
      },
    ],
  },
];
