import type { Plan, Reference, ServicePlan, Value } from '@breakwater/plan';
import type { LocalSecrets } from './local-secrets.ts';

/** What a database store offers to its clients, under the names that AWS gives the fields of its secret. */
export interface DatabaseConnection {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly username: string;
  readonly password: string;
}

/** What is known on this machine: the addresses that the plan's references stand for. */
export interface LocalFacts {
  readonly plan: Plan;
  readonly databases: Readonly<Record<string, DatabaseConnection>>;
  readonly secrets: LocalSecrets;
  readonly url: string;
  /** OTLP/HTTP endpoint and X-Ray daemon address of the engine. */
  readonly otlpEndpoint: string;
  readonly xrayAddress: string;
}

function lower(reference: Reference, facts: LocalFacts): string {
  switch (reference.kind) {
    case 'database': {
      const database = facts.databases[reference.database];
      if (database === undefined) return '';
      const fields = {
        host: database.host,
        'reader-host': database.host,
        port: String(database.port),
        name: database.name,
        arn: `arn:aws:rds:${facts.plan.region}:000000000000:cluster:${reference.database}`,
      };
      return fields[reference.field];
    }
    case 'secret':
      return secretField(reference.secret, reference.key, facts);
    case 'table':
      return facts.plan.tables[reference.table]?.name ?? '';
    case 'bucket':
      return facts.plan.buckets[reference.bucket]?.name ?? '';
    case 'load-balancer':
      return reference.field === 'dns-name' ? new URL(facts.url).host : facts.url;
    case 'cluster':
      return facts.plan.cluster.name;
    case 'registry':
      return facts.plan.services[reference.service]?.registry?.name ?? '';
    case 'service':
      return reference.field === 'name' ? (facts.plan.services[reference.service]?.name ?? '') : '';
    case 'network':
      return facts.plan.network.name;
    case 'dashboard':
      return '';
  }
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
    const { username, password, host, port, dbname } = fields;
    // A connection string is the one thing that AWS's own secret does not hold but many services want.
    if (/url|connection/i.test(key)) return `postgresql://${username}:${password}@${host}:${port}/${dbname}`;
  }
  const values = facts.secrets[secret] ?? {};
  return (key === null ? (values[''] ?? JSON.stringify(values)) : values[key]) ?? '';
}

function lowerValue(value: Value, facts: LocalFacts): string {
  return value.kind === 'literal' ? value.value : lower(value, facts);
}

/**
 * The environment that a task gets: what its container would have on ECS, with the addresses of this machine.
 * The port, the metadata endpoint and AWS's own variables are added by the task itself.
 */
export function serviceEnvironment(service: ServicePlan, facts: LocalFacts): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(service.environment))
    environment[name] = lowerValue(value, facts);
  for (const [name, { secret, key }] of Object.entries(service.secrets))
    environment[name] = secretField(secret, key, facts);
  if (service.tracing !== null) {
    environment['OTEL_EXPORTER_OTLP_ENDPOINT'] = facts.otlpEndpoint;
    environment['AWS_XRAY_DAEMON_ADDRESS'] = facts.xrayAddress;
    environment['OTEL_SERVICE_NAME'] ??= service.key;
  }
  return environment;
}
