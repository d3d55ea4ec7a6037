import { entry, type Reference, type Value } from '@breakwater/plan';
import * as pulumi from '@pulumi/pulumi';
import type { DataPart } from './parts/data/data-part.ts';
import type { FoundationPart } from './parts/foundation/foundation-part.ts';
import type { RegistriesPart } from './parts/registries.ts';
import type { Scope } from './scope.ts';

/** Where the values of references come from. */
export interface ReferenceSources {
  readonly scope: Pick<Scope, 'plan' | 'place'>;
  readonly foundation: FoundationPart;
  readonly data: DataPart;
  readonly registries: RegistriesPart;
}

type ReferenceOf<Kind extends Reference['kind']> = Extract<Reference, { kind: Kind }>;
type Text = pulumi.Input<string>;

function databaseField(
  { database, field }: ReferenceOf<'database'>,
  { scope, data }: ReferenceSources,
): Text {
  const planned = entry(scope.plan.databases, database, 'database');
  if (field === 'port') return String(planned.port);
  if (field === 'name') return planned.databaseName;
  const { arn, host, readerHost } = entry(data.databases, database, 'database');
  return field === 'arn' ? arn : field === 'host' ? host : readerHost;
}

function bucketField(
  { bucket, field }: ReferenceOf<'bucket'>,
  { data, foundation, scope: { plan } }: ReferenceSources,
): Text {
  const isAccessLogs = entry(plan.buckets, bucket, 'bucket').purpose === 'access-logs';
  const resource = isAccessLogs ? foundation.accessLogs : entry(data.buckets, bucket, 'bucket');
  if (resource === null) throw new Error(`The bucket '${bucket}' of the plan is used by no load balancer.`);
  return field === 'arn' ? resource.arn : resource.bucket;
}

function serviceField(
  { service, field }: ReferenceOf<'service'>,
  { scope: { plan } }: ReferenceSources,
): Text {
  const planned = entry(plan.services, service, 'service');
  if (field === 'name') return planned.name;
  const server = planned.connect?.server ?? null;
  if (server === null)
    throw new Error(`The plan refers to the ${field} of '${service}', which no service can call.`);
  if (field === 'port') return String(server.port);
  return field === 'host' ? server.dnsName : server.url;
}

function loadBalancerField({ field }: ReferenceOf<'load-balancer'>, sources: ReferenceSources): Text {
  const { loadBalancer } = sources.foundation;
  if (loadBalancer === null) throw new Error('The plan refers to the load balancer, but has none.');
  if (field === 'arn') return loadBalancer.arn;
  const address = sources.scope.plan.loadBalancer?.address;
  if (field === 'dns-name' || address === undefined) return loadBalancer.dnsName;
  const port = address.port === null ? '' : `:${address.port}`;
  return pulumi.interpolate`${address.scheme}://${address.host ?? loadBalancer.dnsName}${port}`;
}

function dashboardUrl({ scope: { plan } }: ReferenceSources): Text {
  if (plan.dashboard === null) throw new Error('The plan refers to the dashboard, but has none.');
  return plan.dashboard.url;
}

type Lower = {
  readonly [Kind in Reference['kind']]: (reference: ReferenceOf<Kind>, sources: ReferenceSources) => Text;
};

const LOWER: Lower = {
  database: databaseField,
  table: ({ table, field }, { data }) => {
    const resource = entry(data.tables, table, 'table');
    return field === 'arn' ? resource.arn : resource.name;
  },
  bucket: bucketField,
  service: serviceField,
  'load-balancer': loadBalancerField,
  registry: ({ service, field }, { registries }) => {
    const repository = entry(registries.repositories, service, 'repository');
    return field === 'arn' ? repository.arn : repository.repositoryUrl;
  },
  cluster: ({ field }, { foundation: { cluster } }) => (field === 'arn' ? cluster.arn : cluster.name),
  network: (_, { foundation }) => foundation.vpc.id,
  dashboard: (_, sources) => dashboardUrl(sources),
  secret: ({ secret }) => {
    throw new Error(
      `A value of the secret '${secret}' may not enter a program's state; ECS injects it when a task starts.`,
    );
  },
};

/**
 * What stands for a reference in a program: an output for what AWS decides, the plan's own text for what the plan decides.
 *
 * @throws Error for secrets, whose values never leave Secrets Manager, and for what the plan does not have
 */
export function lowerReference(reference: Reference, sources: ReferenceSources): Text {
  // Each function takes the reference of its own kind, and the kind is what it is found by.
  const lower = LOWER[reference.kind] as (reference: Reference, sources: ReferenceSources) => Text;
  return lower(reference, sources);
}

/** A literal's text, or what stands for the reference. */
export function lowerValue(value: Value, sources: ReferenceSources): Text {
  return value.kind === 'literal' ? value.value : lowerReference(value, sources);
}
