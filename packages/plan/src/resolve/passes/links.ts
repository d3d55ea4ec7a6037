import type { ServiceDefinition } from '../../definition/service.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Reference, Value } from '../../plan/references.ts';
import type { ServicePlan, TracingPlan } from '../../plan/service.ts';
import type { Context, Result } from '../context.ts';
import { mapRecord, sorted } from '../context.ts';
import { type Draft, plain, type Tracer } from '../mark.ts';
import { callsOf, isDatabase, type Use, upperSnake, usesOf } from '../shapes.ts';
import { credentialFields } from './secrets.ts';

interface Needs {
  readonly tracings: Readonly<Record<string, Draft<TracingPlan | null>>>;
}

type Secret = ServicePlan['secrets'][string];

export interface LinkPart {
  readonly environment: Draft<ServicePlan['environment']>;
  readonly secrets: Draft<ServicePlan['secrets']>;
  readonly uses: Draft<readonly string[]>;
}

/** A variable with its value or secret, and who sets it. */
interface Variable {
  readonly name: string;
  readonly by: string;
  readonly value: Draft<Value> | null;
  readonly secret: Draft<Secret> | null;
}

const literal = (value: string): Value => ({ kind: 'literal', value });

/** Which field of a database's secret holds what a variable needs. */
const DATABASE_VARIABLES = [
  ['HOST', 'host', 'host'],
  ['PORT', 'port', 'port'],
  ['NAME', 'dbname', 'name'],
  ['USERNAME', 'username', null],
  ['PASSWORD', 'password', null],
] as const;

function storeVariables(t: Tracer, use: Use, onlyDatabase: boolean, context: Context): readonly Variable[] {
  const store = context.definition.stores?.[use.store];
  if (store === undefined) return [];
  const key = use.store;
  const prefix = use.prefix ?? (isDatabase(store) && onlyDatabase ? 'DB' : upperSnake(key));
  const from = [use.path, `stores.${key}`];
  const reference = (suffix: string, value: Reference): Variable => ({
    name: `${prefix}_${suffix}`,
    by: use.path,
    value: t.derived<Value>(value, from, 'it uses the store'),
    secret: null,
  });
  const injected = (suffix: string, secret: Secret): Variable => ({
    name: `${prefix}_${suffix}`,
    by: use.path,
    value: null,
    secret: t.derived<Secret>(secret, from, 'it uses the store; ECS injects it when a task starts'),
  });
  if (isDatabase(store)) {
    const fields = credentialFields(store.credentials);
    const secret = `database/${key}`;
    const parts = DATABASE_VARIABLES.map(([suffix, field, otherwise]) =>
      otherwise === null || fields.includes(field)
        ? injected(suffix, { secret, key: field })
        : reference(suffix, { kind: 'database', database: key, field: otherwise }),
    );
    // A connection string, where the author keeps one in the secret.
    return fields.includes('url') ? [...parts, injected('URL', { secret, key: 'url' })] : parts;
  }
  if (store.kind === 'table') return [reference('TABLE', { kind: 'table', table: key, field: 'name' })];
  if (store.kind === 'bucket') return [reference('BUCKET', { kind: 'bucket', bucket: key, field: 'name' })];
  const fields = (store.kind === 'existing-secret' ? store.fields : undefined) ?? ['username', 'password'];
  return fields.map((field) => injected(upperSnake(field), { secret: key, key: field }));
}

function standardVariables(
  t: Tracer,
  key: string,
  service: ServiceDefinition,
  tracing: TracingPlan | null,
  context: Context,
): readonly Variable[] {
  const at = `services.${key}`;
  const set = (name: string, value: string, from: readonly string[], why: string): Variable => ({
    name,
    by: 'Breakwater',
    value: t.derived<Value>(literal(value), from, why),
    secret: null,
  });
  const port = service.port ?? 8080;
  const base = [
    set('PORT', String(port), [`${at}.port`], 'the port to listen on'),
    set('SERVICE_NAME', key, [at], 'its key'),
    set('ENVIRONMENT', context.env, ['env'], 'the environment'),
    set('AWS_REGION', context.region, ['region'], 'the Region'),
  ];
  if (tracing === null) return base;
  if (tracing.collector === 'xray-daemon') {
    return [
      ...base,
      set('AWS_XRAY_DAEMON_ADDRESS', '127.0.0.1:2000', [`${at}.tracing`], 'where the daemon listens'),
      set('AWS_XRAY_TRACING_NAME', key, [`${at}.tracing`], 'its name in traces'),
    ];
  }
  return [
    ...base,
    set('OTEL_SERVICE_NAME', key, [`${at}.tracing`], 'its name in traces'),
    set(
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'http://localhost:4318',
      [`${at}.tracing`],
      'where the collector listens',
    ),
    set('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/protobuf', [`${at}.tracing`], 'what the collector reads'),
    set(
      'OTEL_PROPAGATORS',
      'xray,tracecontext,baggage',
      [`${at}.tracing`],
      "so that the load balancer's trace id is kept",
    ),
    set(
      'OTEL_RESOURCE_ATTRIBUTES',
      `deployment.environment.name=${context.env},service.namespace=${context.definition.name}`,
      [`${at}.tracing`],
      'tells systems and environments apart',
    ),
    set('OTEL_TRACES_SAMPLER', 'xray', [`${at}.tracing`], "X-Ray's rules decide what is traced"),
    set(
      'OTEL_TRACES_SAMPLER_ARG',
      `reservoir=${tracing.sampling.reservoir},rate=${tracing.sampling.rate}`,
      [`${at}.tracing.reservoir`, `${at}.tracing.sample`],
      'the rule while none has been fetched',
    ),
  ];
}

const SECRET_LOOKING = /(?:PASSWORD|PASSWD|SECRET|API_?KEY|PRIVATE_?KEY|ACCESS_?KEY|CREDENTIALS?|_TOKEN)$/i;

function link(
  t: Tracer,
  key: string,
  service: ServiceDefinition,
  tracing: TracingPlan | null,
  context: Context,
): { readonly part: LinkPart; readonly found: readonly Diagnostic[] } {
  const { definition, source } = context;
  const at = `services.${key}`;
  const uses = usesOf(service, key, definition.stores ?? {});
  const databases = uses.filter(({ store }) => {
    const used = definition.stores?.[store];
    return used !== undefined && isDatabase(used);
  });
  const calls = callsOf(service, definition.services).map(
    (name): Variable => ({
      name: `${upperSnake(name)}_URL`,
      by: `${at}.calls`,
      value: t.derived<Value>(
        { kind: 'service', service: name, field: 'url' },
        [`${at}.calls`],
        'it calls the service',
      ),
      secret: null,
    }),
  );
  const linked = [
    ...uses.flatMap((use) => storeVariables(t, use, databases.length === 1, context)),
    ...calls,
  ];
  const found: Diagnostic[] = [];
  const variables = new Map<string, Variable>();
  for (const variable of standardVariables(t, key, service, tracing, context))
    variables.set(variable.name, variable);
  // What the system derives may be replaced by the author, as OTEL_TRACES_SAMPLER; what a store injects may not.
  for (const [name, value] of sorted(service.environment)) {
    const path = `${at}.environment.${name}`;
    if (SECRET_LOOKING.test(name)) found.push(diagnostic('BW1315', source(path), { name }));
    variables.set(name, { name, by: path, value: t.given<Value>(literal(value), path), secret: null });
  }
  for (const variable of linked) {
    const other = variables.get(variable.name);
    if (other !== undefined) {
      const path =
        service.environment?.[variable.name] === undefined
          ? variable.by
          : `${at}.environment.${variable.name}`;
      found.push(
        diagnostic('BW1314', source(path), {
          name: variable.name,
          other: path === variable.by ? other.by : variable.by,
        }),
      );
    }
    variables.set(variable.name, variable);
  }
  const inOrder = sorted(Object.fromEntries(variables));
  const environment = Object.fromEntries(
    inOrder.flatMap(([name, { value }]) => (value === null ? [] : [[name, value] as const])),
  );
  const secrets = Object.fromEntries(
    inOrder.flatMap(([name, { secret }]) => (secret === null ? [] : [[name, secret] as const])),
  );
  const names = uses.map(({ store }) => store);
  return {
    part: {
      environment,
      secrets:
        Object.keys(secrets).length > 0
          ? secrets
          : t.derived<ServicePlan['secrets']>({}, [`${at}.uses`], 'it uses no store with credentials'),
      uses:
        service.uses === undefined
          ? t.defaulted<readonly string[]>([], `${at}.uses`, 'access is granted by name only')
          : t.given<readonly string[]>(names, `${at}.uses`),
    },
    found,
  };
}

/** What services use and call, as environment variables and injected secrets. */
export function links(
  { tracings }: Needs,
  context: Context,
): Result<{ readonly links: Readonly<Record<string, LinkPart>> }> {
  const t = context.tracer('links');
  const results = mapRecord(context.definition.services, (service, key) => {
    const tracing = tracings[key];
    return link(t, key, service, tracing === undefined ? null : plain<TracingPlan | null>(tracing), context);
  });
  return {
    added: { links: mapRecord(results, ({ part }) => part) },
    found: Object.values(results).flatMap(({ found }) => found),
  };
}
