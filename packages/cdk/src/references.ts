import { entry, type Plan, type Reference, type Value } from '@breakwater/plan';
import * as rds from 'aws-cdk-lib/aws-rds';
import type { Data, Foundation, Registries } from './parts.ts';

/** Where the values of references come from. */
export interface ReferenceSources {
  readonly plan: Plan;
  readonly foundation: Foundation;
  readonly data: Data;
  readonly registries: Registries;
}

type ReferenceOf<Kind extends Reference['kind']> = Extract<Reference, { kind: Kind }>;

function databaseField(
  { database, field }: ReferenceOf<'database'>,
  { plan, data }: ReferenceSources,
): string {
  const planned = entry(plan.databases, database, 'database');
  if (field === 'port') return String(planned.port);
  if (field === 'name') return planned.databaseName;
  const resource = entry(data.databases, database, 'database');
  if (resource instanceof rds.DatabaseCluster) {
    if (field === 'arn') return resource.clusterArn;
    return field === 'host' ? resource.clusterEndpoint.hostname : resource.clusterReadEndpoint.hostname;
  }
  // A plain database has one endpoint, for readers as well.
  return field === 'arn' ? resource.instanceArn : resource.dbInstanceEndpointAddress;
}

function bucketField(
  { bucket, field }: ReferenceOf<'bucket'>,
  { data, foundation, plan }: ReferenceSources,
): string {
  const isAccessLogs = entry(plan.buckets, bucket, 'bucket').purpose === 'access-logs';
  const resource = isAccessLogs ? foundation.accessLogs : entry(data.buckets, bucket, 'bucket');
  if (resource === null) throw new Error(`The bucket '${bucket}' of the plan is used by no load balancer.`);
  return field === 'arn' ? resource.bucketArn : resource.bucketName;
}

function serviceField({ service, field }: ReferenceOf<'service'>, { plan }: ReferenceSources): string {
  const planned = entry(plan.services, service, 'service');
  if (field === 'name') return planned.name;
  const server = planned.connect?.server ?? null;
  if (server === null)
    throw new Error(`The plan refers to the ${field} of '${service}', which no service can call.`);
  if (field === 'port') return String(server.port);
  return field === 'host' ? server.dnsName : server.url;
}

function loadBalancerField({ field }: ReferenceOf<'load-balancer'>, sources: ReferenceSources): string {
  const { loadBalancer } = sources.foundation;
  if (loadBalancer === null) throw new Error('The plan refers to the load balancer, but has none.');
  if (field === 'arn') return loadBalancer.loadBalancerArn;
  const dnsName = loadBalancer.loadBalancerDnsName;
  const address = sources.plan.loadBalancer?.address;
  if (field === 'dns-name' || address === undefined) return dnsName;
  return `${address.scheme}://${address.host ?? dnsName}${address.port === null ? '' : `:${address.port}`}`;
}

function dashboardUrl({ plan }: ReferenceSources): string {
  if (plan.dashboard === null) throw new Error('The plan refers to the dashboard, but has none.');
  return plan.dashboard.url;
}

type Lower = {
  readonly [Kind in Reference['kind']]: (reference: ReferenceOf<Kind>, sources: ReferenceSources) => string;
};

const LOWER: Lower = {
  database: databaseField,
  table: ({ table, field }, { data }) => {
    const resource = entry(data.tables, table, 'table');
    return field === 'arn' ? resource.tableArn : resource.tableName;
  },
  bucket: bucketField,
  service: serviceField,
  'load-balancer': loadBalancerField,
  registry: ({ service, field }, { registries }) => {
    const repository = entry(registries.repositories, service, 'repository');
    return field === 'arn' ? repository.repositoryArn : repository.repositoryUri;
  },
  cluster: ({ field }, { foundation: { cluster } }) =>
    field === 'arn' ? cluster.clusterArn : cluster.clusterName,
  network: (_, { foundation }) => foundation.vpc.vpcId,
  dashboard: (_, sources) => dashboardUrl(sources),
  secret: ({ secret }) => {
    throw new Error(
      `A value of the secret '${secret}' may not enter a template; ECS injects it when a task starts.`,
    );
  },
};

/**
 * What stands for a reference in a template: an expression (`Ref`, `Fn::GetAtt`, across stacks `Fn::GetStackOutput`) for
 * what AWS decides, the plan's own text for what the plan decides.
 *
 * @throws Error for secrets, whose values never enter a template, and for what the plan does not have
 */
export function lowerReference(reference: Reference, sources: ReferenceSources): string {
  // Each function takes the reference of its own kind, and the kind is what it is found by.
  const lower = LOWER[reference.kind] as (reference: Reference, sources: ReferenceSources) => string;
  return lower(reference, sources);
}

/** A literal's text, or what stands for the reference. */
export function lowerValue(value: Value, sources: ReferenceSources): string {
  return value.kind === 'literal' ? value.value : lowerReference(value, sources);
}
