import { FIXED_RESPONSE, IDLE_TIMEOUT_SECONDS, TLS_POLICIES } from '../data/load-balancer.ts';
import { REGIONS } from '../data/regions.ts';
import type { LoadBalancerDefinition } from '../definition/load-balancer.ts';
import type { NetworkDefinition } from '../definition/network.ts';
import type { Definition } from '../definition/system.ts';
import { anyOf, boolean, choice, list, object, record, required, text, whole } from './kinds.ts';
import { retention, service, tags } from './service.ts';
import { store } from './stores.ts';
import { arn, cidr, days, duration, hostName, name, nameKey, ownName } from './values.ts';

const certificate = arn('acm', 'arn:aws:acm:eu-south-1:123456789012:certificate/0a1b2c3d');
const subnets = anyOf(list(cidr, 1, 6), boolean);

const network = object<NetworkDefinition>({
  cidr,
  zones: anyOf(
    whole({ minimum: 1, maximum: 6 }, 2),
    list(
      text('a zone', 'us-east-2a', (value) => /^[a-z]{2}(?:-[a-z]+)+-\d[a-z]$/.test(value)),
      1,
      6,
    ),
  ),
  nat: choice(['per-zone', 'single', 'none']),
  subnetBits: whole({ minimum: 17, maximum: 28 }, 24),
  subnets: object<{ public?: unknown; private?: unknown; isolated?: unknown }>({
    public: subnets,
    private: subnets,
    isolated: subnets,
  }),
  endpoints: anyOf(
    boolean,
    list(choice(['s3', 'dynamodb', 'ecr.api', 'ecr.dkr', 'logs', 'secretsmanager']), 0, 6),
  ),
  flowLogs: anyOf(boolean, object<{ retention?: string }>({ retention })),
});

const loadBalancer = object<LoadBalancerDefinition>({
  name: ownName,
  internal: boolean,
  port: whole({ minimum: 1, maximum: 65_535 }, 80),
  certificate,
  tlsPolicy: choice(TLS_POLICIES),
  idleTimeout: duration(IDLE_TIMEOUT_SECONDS, '60 s'),
  otherwise: object<{ status?: number; body?: string; contentType?: string }>({
    status: whole({ minimum: 200, maximum: 599 }, 404),
    body: text(
      `a text of up to ${FIXED_RESPONSE.bodyLength} characters`,
      'Not Found',
      (value) => value.length <= FIXED_RESPONSE.bodyLength,
    ),
    contentType: choice(FIXED_RESPONSE.contentTypes),
  }),
  accessLogs: anyOf(
    boolean,
    object<{ keep?: string }>({ keep: days({ minimum: 1, maximum: 3650 }, '30 days') }),
  ),
  logs: anyOf(ownName, object<{ name?: string; retention?: string }>({ name: ownName, retention })),
});

const subscriber = text('an e-mail address or an https URL', 'ops@example.com', (value) => {
  return (
    value.length <= 256 && (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value) || /^https:\/\/[^\s]+$/.test(value))
  );
});

/** The whole definition, environments left as they are: each is checked after it has been applied. */
export const system = object<Definition>({
  name: required(name, "'catalog'", 'system'),
  region: required(choice(Object.keys(REGIONS)), "'eu-south-1'", 'us-east-1'),
  defaults: choice(['2026-11']),
  naming: text(
    'a pattern with {env} in it',
    '{purpose}-{type}-{env}',
    (value) => value.includes('{env}') && value.length <= 100,
  ),
  network,
  cluster: object<{ name?: string; insights?: string }>({
    name: ownName,
    insights: choice(['enhanced', 'enabled', 'disabled']),
  }),
  connect: object<{ namespace?: string; certificateAuthority?: string }>({
    namespace: ownName,
    certificateAuthority: arn(
      'acm-pca',
      'arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/0a1b2c3d',
    ),
  }),
  loadBalancer,
  domain: anyOf(
    hostName,
    object<{ name: string; hostedZone?: string; certificate?: string }>({
      name: required(hostName, "'shop.example.com'", 'missing.example.com'),
      hostedZone: hostName,
      certificate,
    }),
  ),
  logs: object<{ retention?: string; customerKey?: boolean }>({ retention, customerKey: boolean }),
  alarms: object<{ notify?: readonly string[] }>({ notify: list(subscriber, 0, 100) }),
  dashboard: anyOf(boolean, object<{ name?: string }>({ name: ownName })),
  tags,
  protect: boolean,
  stores: record(nameKey, store, 100),
  // Taken out and applied before the rest is checked; here so that a slip in its name is recognised.
  environments: record(nameKey, object<object>({})),
  services: required(record(nameKey, service, 200), "{ web: { image: './web' } }", {}),
});
