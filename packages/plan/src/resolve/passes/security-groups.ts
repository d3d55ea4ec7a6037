import type { LoadBalancerPlan } from '../../plan/load-balancer.ts';
import type { Peer, SecurityGroupPlan, SecurityGroupRule } from '../../plan/network.ts';
import type { DatabasePlan } from '../../plan/stores.ts';
import type { Context, Names, Result } from '../context.ts';
import { sorted } from '../context.ts';
import { type Draft, plain } from '../mark.ts';
import { callsOf, isDatabase, usesOf } from '../shapes.ts';
import type { Addressing } from './network.ts';

interface Needs {
  readonly names: Names;
  readonly addressing: Draft<Addressing>;
  readonly databases: Readonly<Record<string, Draft<DatabasePlan>>>;
  readonly loadBalancer: Draft<LoadBalancerPlan | null>;
  readonly listenerPorts: readonly number[];
}

const ANYWHERE: Peer = { kind: 'cidr', cidr: '0.0.0.0/0' };
const group = (key: string): Peer => ({ kind: 'security-group', group: key });
const tcp = (port: number, peer: Peer, description: string): SecurityGroupRule => ({
  protocol: 'tcp',
  fromPort: port,
  toPort: port,
  peer,
  description,
});

/** Who may connect to whom: the load balancer to tasks, tasks to databases and to the services that they call. */
export function securityGroups(
  draft: Needs,
  context: Context,
): Result<{ readonly securityGroups: readonly Draft<SecurityGroupPlan>[] }> {
  const t = context.tracer('security-groups');
  const { definition } = context;
  const { names } = draft;
  const addressing = plain<Addressing>(draft.addressing);
  const services = sorted(definition.services);
  const stores = definition.stores ?? {};
  const portOf = (key: string) => definition.services[key]?.port ?? 8080;
  const databasePort = (key: string) => {
    const database = draft.databases[key];
    return database === undefined ? 5432 : plain<DatabasePlan>(database).port;
  };
  const databasesOf = (key: string) => {
    const service = definition.services[key];
    return service === undefined
      ? []
      : usesOf(service, key, stores)
          .map(({ store }) => store)
          .filter((name) => {
            const store = stores[name];
            return store !== undefined && isDatabase(store);
          });
  };
  const hasInterfaces = addressing.endpoints.some(({ type }) => type === 'interface');
  const plan = (
    key: string,
    description: string,
    ingress: readonly SecurityGroupRule[],
    egress: readonly SecurityGroupRule[],
    from: readonly string[],
  ) =>
    t.derived<SecurityGroupPlan>(
      { key, name: names('security-group', key), description, ingress, egress },
      from,
      'only what the definition shows may connect',
    );

  const balancer = plain<LoadBalancerPlan | null>(draft.loadBalancer);
  const entry: Peer = balancer?.scheme === 'internal' ? { kind: 'cidr', cidr: addressing.cidr } : ANYWHERE;
  const withRoutes = services.filter(([, service]) => service.routes !== undefined);
  const result: Draft<SecurityGroupPlan>[] = [];
  if (balancer !== null) {
    result.push(
      plan(
        'load-balancer',
        'Load balancer: HTTP and HTTPS in, tasks out',
        draft.listenerPorts.map((port) =>
          tcp(port, entry, port === 443 ? 'HTTPS from clients' : 'HTTP from clients'),
        ),
        withRoutes.map(([key]) =>
          tcp(portOf(key), group(`service/${key}`), `Requests and health checks to ${key}`),
        ),
        ['loadBalancer', 'services'],
      ),
    );
  }
  for (const [key, service] of services) {
    const at = `services.${key}`;
    const callers = services.filter(([, other]) => callsOf(other, definition.services).includes(key));
    const needed = [
      tcp(443, ANYWHERE, 'HTTPS to AWS and the internet'),
      ...databasesOf(key).map((name) =>
        tcp(databasePort(name), group(`database/${name}`), `PostgreSQL at ${name}`),
      ),
      ...callsOf(service, definition.services).map((name) =>
        tcp(portOf(name), group(`service/${name}`), `Calls to ${name}`),
      ),
    ];
    const all: readonly SecurityGroupRule[] = [
      { protocol: 'all', fromPort: 0, toPort: 65_535, peer: ANYWHERE, description: 'Anything' },
    ];
    result.push(
      plan(
        `service/${key}`,
        `Tasks of ${key}`,
        [
          ...(service.routes === undefined
            ? []
            : [tcp(portOf(key), group('load-balancer'), 'From the load balancer')]),
          ...callers.map(([caller]) => tcp(portOf(key), group(`service/${caller}`), `From ${caller}`)),
        ],
        service.egress === 'all' ? all : needed,
        [`${at}.routes`, `${at}.uses`, `${at}.calls`, `${at}.egress`],
      ),
    );
  }
  for (const name of Object.keys(draft.databases)) {
    const users = services.filter(([key]) => databasesOf(key).includes(name));
    result.push(
      plan(
        `database/${name}`,
        `Database ${name}`,
        users.map(([key]) => tcp(databasePort(name), group(`service/${key}`), `PostgreSQL from ${key}`)),
        [],
        [`stores.${name}`, 'services'],
      ),
    );
  }
  if (hasInterfaces) {
    result.push(
      plan(
        'endpoints',
        'VPC endpoints',
        services.map(([key]) => tcp(443, group(`service/${key}`), `HTTPS from ${key}`)),
        [],
        ['network.endpoints'],
      ),
    );
  }
  return { added: { securityGroups: result } };
}
