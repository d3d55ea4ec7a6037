import type { HealthDefinition, ServiceDefinition } from '../../definition/service.ts';
import type { LoadBalancerPlan, TargetGroupPlan } from '../../plan/load-balancer.ts';
import type { HealthCheckPlan, IngressPlan, ServiceConnectPlan } from '../../plan/service.ts';
import type { Context, Names, Result } from '../context.ts';
import { mapRecord } from '../context.ts';
import { type Draft, plain, type Tracer } from '../mark.ts';
import { seconds } from '../shapes.ts';
import { addressOf, domainOf, listenersOf, rulesOf } from './listeners.ts';

interface Needs {
  readonly names: Names;
  readonly protect: boolean;
  readonly connects: Readonly<Record<string, Draft<ServiceConnectPlan | null>>>;
}

export interface RoutingParts {
  readonly ingresses: Readonly<Record<string, Draft<IngressPlan | null>>>;
  readonly loadBalancer: Draft<LoadBalancerPlan | null>;
  /** Ports of the listeners, for the security groups. */
  readonly listenerPorts: readonly number[];
}

/** Whether the strategy, or the definition, asks for a second target group. */
export function needsTwoTargetGroups(service: ServiceDefinition): boolean {
  const { deployment } = service;
  if (typeof deployment === 'string') return deployment !== 'rolling';
  return deployment?.targetGroups === 2 || (deployment?.strategy ?? 'rolling') !== 'rolling';
}

function healthOf(t: Tracer, service: ServiceDefinition, at: string): Draft<HealthCheckPlan> {
  const short = typeof service.health === 'string';
  const given: HealthDefinition = typeof service.health === 'object' ? service.health : {};
  return {
    path:
      typeof service.health === 'string'
        ? t.given(service.health, at)
        : t.option<string>(given.path, `${at}.path`, '/health', 'the usual path'),
    intervalSeconds: t.read(
      given.interval,
      short ? at : `${at}.interval`,
      seconds,
      30,
      "the load balancer's own default",
    ),
    timeoutSeconds: t.read(
      given.timeout,
      `${at}.timeout`,
      seconds,
      5,
      'a check that takes longer has failed',
    ),
    healthyThreshold: t.option(given.healthy, `${at}.healthy`, 2, 'once may be luck'),
    unhealthyThreshold: t.option(
      given.unhealthy,
      `${at}.unhealthy`,
      3,
      'a pause of the garbage collector must not cost a task',
    ),
    matcher: t.option(given.codes, `${at}.codes`, '200', 'what a health check answers'),
    gracePeriodSeconds: t.read(given.grace, `${at}.grace`, seconds, 60, 'time to start in peace'),
  };
}

function ingressOf(
  t: Tracer,
  key: string,
  service: ServiceDefinition,
  names: Names,
  encrypted: boolean,
): Draft<IngressPlan | null> {
  const at = `services.${key}`;
  const { routes } = service;
  if (routes === undefined)
    return t.defaulted<IngressPlan | null>(
      null,
      `${at}.routes`,
      'without routes only other services can call it',
    );
  const group = (color: 'blue' | 'green'): Draft<TargetGroupPlan> =>
    t.derived<TargetGroupPlan>(
      { key: color, name: names('target-group', `${key}/${color}`), weight: color === 'blue' ? 100 : 0 },
      [`${at}.deployment`],
      color === 'blue' ? 'where its tasks register' : 'where the next version registers',
    );
  return {
    paths: t.given<readonly string[]>(routes, `${at}.routes`),
    targetGroups: needsTwoTargetGroups(service) ? [group('blue'), group('green')] : [group('blue')],
    protocol: t.derived<IngressPlan['protocol']>(
      encrypted ? 'HTTPS' : 'HTTP',
      ['connect.certificateAuthority', `${at}.port`],
      encrypted
        ? // https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-tls.html
          "Service Connect's proxy takes the load balancer's connections as well, and speaks TLS"
        : 'tasks speak HTTP inside the network',
    ),
    health: healthOf(t, service, `${at}.health`),
    deregistrationDelaySeconds: t.read(
      service.drain,
      `${at}.drain`,
      seconds,
      30,
      'long enough for a request, short enough for a deployment',
    ),
    algorithm: t.option<'round_robin' | 'least_outstanding_requests'>(
      service.balancing,
      `${at}.balancing`,
      'round_robin',
      "the load balancer's own default",
    ),
    stickySeconds: t.read<string, number | null>(
      service.sticky,
      `${at}.sticky`,
      seconds,
      null,
      'every task can answer every request',
    ),
  };
}

/** Routes, health checks, target groups and the load balancer in front of them. */
export function routing({ names, protect, connects }: Needs, context: Context): Result<RoutingParts> {
  const t = context.tracer('routing');
  const { definition } = context;
  const given = definition.loadBalancer ?? {};
  const ingresses = mapRecord(definition.services, (service, key) => {
    const connected = connects[key];
    const connect = connected === undefined ? null : plain<ServiceConnectPlan | null>(connected);
    const encrypted = connect !== null && connect.server !== null && connect.tls !== null;
    return ingressOf(t, key, service, names, encrypted);
  });
  const wanted = Object.values(definition.services).some(({ routes }) => routes !== undefined);
  if (!wanted) {
    return {
      added: {
        ingresses,
        loadBalancer: t.derived<LoadBalancerPlan | null>(null, ['services'], 'no service has routes'),
        listenerPorts: [],
      },
    };
  }
  const { rules, found } = rulesOf(t, context);
  const internal = given.internal ?? false;
  const at = 'loadBalancer';
  const loadBalancer: Draft<LoadBalancerPlan> = {
    name: names('load-balancer', 'load-balancer'),
    scheme: t.read<boolean, 'internal' | 'internet-facing'>(
      given.internal,
      `${at}.internal`,
      (yes) => (yes ? 'internal' : 'internet-facing'),
      'internet-facing',
      'a service with routes is for clients',
    ),
    securityGroup: t.derived('load-balancer', [at], 'its own group'),
    subnetTier: t.derived<'public' | 'private'>(
      internal ? 'private' : 'public',
      [`${at}.internal`],
      'where its clients reach it',
    ),
    listeners: listenersOf(t, rules, context),
    address: addressOf(t, context),
    idleTimeoutSeconds: t.read(
      given.idleTimeout,
      `${at}.idleTimeout`,
      seconds,
      60,
      "the load balancer's own default",
    ),
    dropInvalidHeaders: t.defaulted(
      true,
      at,
      'headers that servers read differently are a way to smuggle requests',
    ),
    deletionProtection: t.derived(
      protect,
      ['protect'],
      protect ? 'the environment is protected' : 'everything goes with its environment',
    ),
    accessLogs:
      (given.accessLogs ?? false) === false
        ? t.option<LoadBalancerPlan['accessLogs']>(
            given.accessLogs === false ? null : undefined,
            `${at}.accessLogs`,
            null,
            'access logs cost storage',
          )
        : t.given<LoadBalancerPlan['accessLogs']>(
            { bucket: 'access-logs', prefix: 'alb' },
            `${at}.accessLogs`,
          ),
    logGroup: t.read<unknown, string | null>(
      given.logs,
      `${at}.logs`,
      () => 'load-balancer',
      null,
      'a load balancer writes into a bucket, not into a log group',
    ),
    domain: domainOf(t, context),
  };
  const listenerPorts = [...new Set([given.port ?? 80, 443])].sort((a, b) => a - b);
  return { added: { ingresses, loadBalancer, listenerPorts }, found };
}
