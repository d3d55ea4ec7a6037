import type { Plan, Reference, ServicePlan, Value } from '@breakwater/plan';
import type { CallAddress } from '../connect/index.ts';
import type { LocalSecrets } from './local-secrets.ts';

/** What a database store offers to its clients, under the names that AWS gives the fields of its secret. */
export interface DatabaseConnection {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly username: string;
  readonly password: string;
  /** libpq's `sslmode`; null where nothing is asked for. */
  readonly sslMode: string | null;
  /** File with the authority that signed the server's certificate; null for the system's own. */
  readonly caFile: string | null;
}

type ServiceReference = Extract<Reference, { readonly kind: 'service' }>;

/** What is known on this machine: the addresses that the plan's references stand for. */
export interface LocalFacts {
  readonly plan: Plan;
  readonly databases: Readonly<Record<string, DatabaseConnection>>;
  readonly secrets: LocalSecrets;
  readonly url: string;
  /** How one service reaches another; undefined when it does not call it. */
  readonly callAddress: (from: string, to: string) => CallAddress | undefined;
  /** OTLP/HTTP endpoint and X-Ray daemon address of the engine. */
  readonly otlpEndpoint: string;
  readonly xrayAddress: string;
}

/** Reserved by AWS for examples: no account of anybody. */
export const EXAMPLE_ACCOUNT = '123456789012';

function arn({ plan }: LocalFacts, service: string, resource: string): string {
  return `arn:aws:${service}:${plan.region}:${plan.account ?? EXAMPLE_ACCOUNT}:${resource}`;
}

/** What a reference stands for here; an empty text for what exists on AWS only. */
function lower(reference: Reference, facts: LocalFacts, caller: string): string {
  const { plan, url } = facts;
  switch (reference.kind) {
    case 'database': {
      const database = facts.databases[reference.database];
      if (database === undefined) return '';
      const fields = {
        host: database.host,
        'reader-host': database.host,
        port: String(database.port),
        name: database.name,
        arn: arn(facts, 'rds', `cluster:${reference.database}`),
      };
      return fields[reference.field];
    }
    case 'secret':
      return secretField(reference.secret, reference.key, facts);
    case 'table': {
      const name = plan.tables[reference.table]?.name ?? '';
      return reference.field === 'name' ? name : arn(facts, 'dynamodb', `table/${name}`);
    }
    case 'bucket': {
      const name = plan.buckets[reference.bucket]?.name ?? '';
      return reference.field === 'name' ? name : `arn:aws:s3:::${name}`;
    }
    case 'load-balancer':
      if (reference.field === 'url') return url;
      if (reference.field === 'dns-name') return new URL(url).host;
      return arn(facts, 'elasticloadbalancing', `loadbalancer/app/${plan.loadBalancer?.name ?? ''}`);
    case 'cluster':
      if (reference.field === 'name') return plan.cluster.name;
      return arn(facts, 'ecs', `cluster/${plan.cluster.name}`);
    case 'registry': {
      const name = plan.services[reference.service]?.registry?.name ?? '';
      if (reference.field === 'arn') return arn(facts, 'ecr', `repository/${name}`);
      return `${plan.account ?? EXAMPLE_ACCOUNT}.dkr.ecr.${plan.region}.amazonaws.com/${name}`;
    }
    case 'service':
      return serviceField(reference, facts, caller);
    case 'network':
    case 'dashboard':
      return '';
  }
}

/** A service that is called is reached by the proxy of that call; one that is not has no address for this caller. */
function serviceField({ service, field }: ServiceReference, facts: LocalFacts, caller: string): string {
  if (field === 'name') return facts.plan.services[service]?.name ?? '';
  const address = facts.callAddress(caller, service);
  return address === undefined ? '' : String(address[field]);
}

function secretField(secret: string, key: string | null, facts: LocalFacts): string {
  const owner = Object.values(facts.plan.databases).find((database) => database.secret === secret);
  const connection = owner === undefined ? undefined : facts.databases[owner.key];
  if (connection !== undefined) {
    const fields: Record<string, string> = {
      host: connection.host,
      port: String(connection.port),
      dbname: connection.name,
      username: connection.username,
      password: connection.password,
      engine: 'postgres',
    };
    if (key === null) return JSON.stringify(fields);
    const known = fields[key];
    if (known !== undefined) return known;
    // A connection string is the one thing that AWS's own secret does not hold but many services want.
    if (/url|connection/i.test(key)) return connectionString(connection);
  }
  const values = facts.secrets[secret] ?? {};
  return (key === null ? (values[''] ?? JSON.stringify(values)) : values[key]) ?? '';
}

function connectionString({ host, port, name, username, password }: DatabaseConnection): string {
  const user = `${encodeURIComponent(username)}:${encodeURIComponent(password)}`;
  return `postgresql://${user}@${host}:${port}/${encodeURIComponent(name)}`;
}

function lowerValue(value: Value, facts: LocalFacts, caller: string): string {
  return value.kind === 'literal' ? value.value : lower(value, facts, caller);
}

/**
 * The environment that a task gets: what its container would have on ECS, with the addresses of this machine.
 * The port, the metadata endpoint and AWS's own variables are added by the task itself.
 */
export function serviceEnvironment(service: ServicePlan, facts: LocalFacts): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(service.environment))
    environment[name] = lowerValue(value, facts, service.key);
  for (const [name, { secret, key }] of Object.entries(service.secrets))
    environment[name] = secretField(secret, key, facts);
  for (const key of service.uses) {
    // The variables that every client built on libpq reads; on AWS the database itself insists on TLS.
    const { sslMode = null, caFile = null } = facts.databases[key] ?? {};
    if (sslMode !== null) environment['PGSSLMODE'] ??= sslMode;
    if (caFile !== null) environment['PGSSLROOTCERT'] ??= caFile;
  }
  if (service.tracing !== null) {
    environment['OTEL_EXPORTER_OTLP_ENDPOINT'] = facts.otlpEndpoint;
    environment['AWS_XRAY_DAEMON_ADDRESS'] = facts.xrayAddress;
    environment['OTEL_SERVICE_NAME'] ??= service.key;
  }
  return environment;
}
