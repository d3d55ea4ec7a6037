import { NAME_RULES, type NameKind } from '../../data/names.ts';
import type { AlarmName } from '../../definition/service.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { shortHash } from '../../hash.ts';
import type { Context, Names, Result } from '../context.ts';
import { sorted } from '../context.ts';
import type { Draft } from '../mark.ts';
import { fillPlaceholders, PLACEHOLDERS, patternName, unambiguous } from '../naming.ts';
import { isDatabase } from '../shapes.ts';

/** A resource that needs a name. */
interface Request {
  readonly kind: NameKind;
  readonly key: string;
  readonly type: string;
  readonly purpose: string;
  /** A name that the author chose, and where. */
  readonly own?: { readonly name: string; readonly path: string } | undefined;
  /** Whether the stack creates it; an existing secret's name need not change with the environment. */
  readonly created?: boolean;
}

const ALARM_TYPES: Readonly<Record<AlarmName, string>> = {
  cpu: 'cpu',
  memory: 'memory',
  runningTasks: 'running-tasks',
  unhealthyHosts: 'unhealthy-hosts',
  errors: 'errors',
  latency: 'latency',
};

/** Key of a service's alarm; the one on the second target group says so. */
export function alarmKey(service: string, alarm: AlarmName, group: 'blue' | 'green' | null): string {
  return `${service}-${ALARM_TYPES[alarm]}${group === 'green' ? '-green' : ''}`;
}

const own = (name: string | undefined, path: string) => (name === undefined ? undefined : { name, path });

function systemRequests({ definition }: Context): readonly Request[] {
  const purpose = definition.name;
  const { loadBalancer, cluster, dashboard } = definition;
  const logs = loadBalancer?.logs;
  const request = (kind: NameKind, key: string, type: string, given?: Request['own']): Request => ({
    kind,
    key,
    type,
    purpose,
    own: given,
  });
  return [
    request('cluster', 'cluster', 'cluster', own(cluster?.name, 'cluster.name')),
    request('load-balancer', 'load-balancer', 'alb', own(loadBalancer?.name, 'loadBalancer.name')),
    request('security-group', 'load-balancer', 'alb-sg'),
    request('security-group', 'endpoints', 'endpoints-sg'),
    request(
      'dashboard',
      'dashboard',
      'dashboard',
      own(typeof dashboard === 'object' ? dashboard.name : undefined, 'dashboard.name'),
    ),
    request('topic', 'alarms', 'alarms'),
    request('bucket', 'access-logs', 'access-logs'),
    request('log-group', 'flow-logs', 'flow-logs'),
    request('log-group', 'exec', 'exec'),
    request(
      'log-group',
      'load-balancer',
      'alb-logs',
      typeof logs === 'string' ? own(logs, 'loadBalancer.logs') : own(logs?.name, 'loadBalancer.logs.name'),
    ),
    request('key-alias', 'logs', 'logs'),
  ];
}

function serviceRequests({ definition }: Context): readonly Request[] {
  return sorted(definition.services).flatMap(([key, service]) => {
    const purpose = service.purpose ?? key;
    const at = `services.${key}`;
    const request = (kind: NameKind, id: string, type: string, given?: Request['own']): Request => ({
      kind,
      key: id,
      type,
      purpose,
      own: given,
    });
    const { registry, logs } = service;
    return [
      request('service', key, 'service', own(service.name, `${at}.name`)),
      request('task-family', key, 'task'),
      request('target-group', `${key}/blue`, 'tg'),
      request('target-group', `${key}/green`, 'tg-green'),
      request(
        'repository',
        key,
        'repo',
        own(typeof registry === 'object' ? registry.name : undefined, `${at}.registry.name`),
      ),
      request('security-group', `service/${key}`, 'service-sg'),
      request('role', `${key}/execution`, 'execution-role'),
      request('role', `${key}/task`, 'task-role'),
      request('role', `${key}/infrastructure`, 'infrastructure-role'),
      request(
        'log-group',
        `service/${key}`,
        'logs',
        own(typeof logs === 'object' ? logs.name : undefined, `${at}.logs.name`),
      ),
      ...['cpu', 'memory', 'requests'].map((metric) =>
        request('scaling-policy', `${key}/${metric}`, `${metric}-scaling`),
      ),
      ...(service.scaling?.schedule ?? []).map(({ name }) =>
        request('scaling-policy', `${key}/schedule/${name}`, `${name}-schedule`),
      ),
      ...Object.values(ALARM_TYPES).flatMap((type) => [
        request('alarm', `${key}-${type}`, `${type}-alarm`),
        request('alarm', `${key}-${type}-green`, `${type}-green-alarm`),
      ]),
    ];
  });
}

function storeRequests({ definition }: Context): readonly Request[] {
  return sorted(definition.stores).flatMap(([key, store]): readonly Request[] => {
    const path = `stores.${key}`;
    const given = 'name' in store ? own(store.name, `${path}.name`) : undefined;
    const purpose = 'purpose' in store && store.purpose !== undefined ? store.purpose : key;
    const request = (
      kind: NameKind,
      id: string,
      type: string,
      name?: Request['own'],
      created = true,
    ): Request => ({ kind, key: id, type, purpose, own: name, created });
    const customer = request('key-alias', `store/${key}`, 'key');
    if (store.kind === 'existing-secret') return [request('secret', key, 'secret', given, false)];
    if (store.kind === 'generated-secret') return [request('secret', key, 'secret', given)];
    if (!isDatabase(store)) return [request(store.kind, key, store.kind, given), customer];
    const readers = store.kind === 'aurora-postgres' ? (store.readers ?? 1) : 0;
    const credentials = store.credentials;
    const isCluster = store.kind === 'aurora-postgres';
    return [
      request('database', key, 'database', given),
      ...(isCluster ? [request('database', `${key}/writer`, 'writer')] : []),
      ...Array.from({ length: readers }, (_, index) =>
        request('database', `${key}/reader-${index + 1}`, `reader-${index + 1}`),
      ),
      request('database-group', `${key}/subnets`, 'subnet-group'),
      request('database-group', `${key}/parameters`, 'parameter-group'),
      request('security-group', `database/${key}`, 'database-sg'),
      request(
        'secret',
        `database/${key}`,
        'credentials',
        own(credentials?.name, `${path}.credentials.name`),
        credentials?.kind === 'generated-secret',
      ),
      customer,
    ];
  });
}

function checkOwn(request: Request, name: string, path: string, raw: string): readonly Diagnostic[] {
  const rule = NAME_RULES[request.kind];
  const placeholder = /\{[^}]*\}/.exec(name)?.[0];
  if (placeholder !== undefined)
    return [diagnostic('BW1107', path, { placeholder, known: PLACEHOLDERS.join(', ') })];
  if (name.length < rule.minimum || name.length > rule.maximum || !rule.pattern.test(name)) {
    return [
      diagnostic('BW1105', path, {
        name,
        kind: request.kind.replace('-', ' '),
        minimum: rule.minimum,
        maximum: rule.maximum,
        rule: rule.rule,
      }),
    ];
  }
  if (request.created !== false && !raw.includes('{env}')) return [diagnostic('BW1106', path, { name: raw })];
  return [];
}

/**
 * Names every resource: by the pattern, or as the author chose. Two that would get the same name are told apart by a stable
 * hash; two own names that are the same are refused.
 */
export function names(_: unknown, context: Context): Result<{ readonly names: Names }> {
  const t = context.tracer('names');
  const { definition, env, region } = context;
  const pattern = definition.naming ?? '{purpose}-{type}-{env}';
  const from = ['naming', 'name'];
  const found: Diagnostic[] = [];
  const requests = [...systemRequests(context), ...serviceRequests(context), ...storeRequests(context)];
  // Bucket names are shared with everyone else on AWS: the account, or what is known instead of it, tells them apart.
  const place = shortHash(`${definition.name}/${region}/${context.account ?? ''}`);
  const purposeOf = ({ kind, purpose }: Request) => (kind === 'bucket' ? `${purpose}-${place}` : purpose);
  const nameOf = (request: Request, distinguish: boolean) =>
    request.own === undefined
      ? patternName(
          request.kind,
          pattern,
          { type: request.type, purpose: purposeOf(request), env, system: definition.name },
          distinguish,
        )
      : fillPlaceholders(request.own.name, { env, system: definition.name, region });
  // Instances and clusters of databases share one space of names, and so do all others of a kind.
  const takers = new Map<string, Request[]>();
  for (const request of requests) {
    const id = `${request.kind}\n${nameOf(request, false).toLowerCase()}`;
    takers.set(id, [...(takers.get(id) ?? []), request]);
  }
  const result = new Map<string, Draft<string>>();
  for (const request of requests) {
    const first = nameOf(request, false);
    const sharing = takers.get(`${request.kind}\n${first.toLowerCase()}`) ?? [];
    const id = `${request.kind}\n${request.key}`;
    if (request.own !== undefined) {
      const { name: raw, path } = request.own;
      const other = sharing.find((each) => each.own !== undefined && each !== request);
      // An existing secret may be referred to twice; whatever is created has its name for itself.
      if (other?.own !== undefined && request.created !== false && path > other.own.path) {
        found.push(
          diagnostic('BW1104', context.source(path), {
            kind: request.kind,
            name: first,
            first: other.own.path,
          }),
        );
      }
      found.push(...checkOwn(request, first, context.source(path), raw));
      result.set(id, t.given(first, path));
      continue;
    }
    const name =
      sharing.length === 1 ? first : uniqueName(request, (distinguish) => nameOf(request, distinguish));
    result.set(
      id,
      t.derived(
        name,
        from,
        `the naming pattern ${pattern} with the type ${request.type} and the purpose ${request.purpose}`,
      ),
    );
  }
  const lookup: Names = (kind, key) =>
    result.get(`${kind}\n${key}`) ??
    t.derived(
      patternName(kind, pattern, { type: kind, purpose: key, env, system: definition.name }, true),
      from,
      'the naming pattern',
    );
  return { added: { names: lookup }, found };
}

/** A name with a hash of the resource's key, for resources whose names by the pattern would be the same. */
function uniqueName(request: Request, nameOf: (distinguish: boolean) => string): string {
  const rule = NAME_RULES[request.kind];
  const name = nameOf(true);
  const tail = `-${shortHash(`${request.kind}/${request.key}`)}`;
  const cut = name.slice(0, rule.maximum - tail.length).replace(/[^A-Za-z0-9]+$/, '');
  return unambiguous(request.kind, `${cut}${tail}`);
}
