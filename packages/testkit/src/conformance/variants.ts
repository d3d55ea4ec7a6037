/** The four reference systems. */
export const SYSTEM_NAMES = ['catalog', 'shop', 'payments', 'storefront'] as const;
export type SystemName = (typeof SYSTEM_NAMES)[number];

/** The systems' definitions, as their files export them. */
export type Definitions = Readonly<Record<SystemName, object>>;

const CERTIFICATE = 'arn:aws:acm:{region}:123456789012:certificate/0a1b2c3d';
export const AUTHORITY =
  'arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/0a1b2c3d-0000-4000-8000-000000000000';

/** Definitions of which nobody has checked the names. */
interface Loose {
  readonly region: string;
  readonly services: Readonly<Record<string, { readonly deployment?: object | string }>>;
}

/** The same for every service of a system. */
function services(definition: Loose, change: object): object {
  return {
    ...definition,
    services: Object.fromEntries(
      Object.entries(definition.services).map(([key, service]) => [key, { ...service, ...change }]),
    ),
  };
}

interface VariantRule {
  readonly env: string;
  /** Said on the reference page. */
  readonly meaning: string;
  readonly change: (definition: Loose) => object;
}

const strategy = (name: string, deployment: object): VariantRule => ({
  env: 'dev',
  meaning: `every service deployed by ${name}, rolled back on 5xx`,
  change: (definition) =>
    services(definition, {
      deployment: { ...deployment, bake: '10 min', rollbackOn: ['errors'] },
      alarms: { errors: 10 },
    }),
});

/** Environments and variations of the systems that expectations are read from. */
export const VARIANTS = {
  dev: { env: 'dev', meaning: 'as written, environment dev', change: (definition) => definition },
  pr42: { env: 'pr42', meaning: 'environment pr42 beside dev', change: (definition) => definition },
  prod: {
    env: 'prod',
    meaning: 'environment prod with `protect`',
    change: (definition) => ({ ...definition, protect: true }),
  },
  domain: {
    env: 'dev',
    meaning: 'with a domain',
    change: (definition) => ({ ...definition, domain: 'shop.example.com' }),
  },
  certificate: {
    env: 'dev',
    meaning: 'with a certificate but no domain',
    change: (definition) => ({
      ...definition,
      loadBalancer: { certificate: CERTIFICATE.replace('{region}', definition.region) },
    }),
  },
  authority: {
    env: 'dev',
    meaning: 'with a private certificate authority for calls between services',
    change: (definition) => ({ ...definition, connect: { certificateAuthority: AUTHORITY } }),
  },
  'xray-daemon': {
    env: 'dev',
    meaning: 'traced through the X-Ray daemon',
    change: (definition) => services(definition, { tracing: 'xray-daemon' }),
  },
  subscribers: {
    env: 'dev',
    meaning: 'with someone to tell',
    change: (definition) => ({ ...definition, alarms: { notify: ['ops@example.com'] } }),
  },
  'blue-green': strategy('blue/green', { strategy: 'blue-green' }),
  canary: strategy('canary', { strategy: 'canary', canary: { percent: 10, bake: '5 min' } }),
  linear: strategy('linear', { strategy: 'linear', linear: { percent: 20, bake: '3 min' } }),
} as const satisfies Readonly<Record<string, VariantRule>>;

export type Variant = keyof typeof VARIANTS;

/** A system's definition in a variant, and the environment that it is resolved for. */
export function variantOf(definition: object, variant: Variant): { definition: object; env: string } {
  const { env, change } = VARIANTS[variant];
  // Every definition has a region and services; resolve judges the rest.
  return { definition: change(definition as Loose), env };
}
