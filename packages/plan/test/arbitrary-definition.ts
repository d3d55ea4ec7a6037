import fc from 'fast-check';
import { FARGATE_SIZES } from '../src/data/fargate.ts';

const name = fc.stringMatching(/^[a-z][a-z0-9]{0,5}(?:-[a-z0-9]{1,12}){0,2}$/);
const duration = (minimum: number, maximum: number) =>
  fc.integer({ min: minimum, max: maximum }).map((value) => `${value} s`);
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });

const store = fc.oneof(
  fc.record({
    kind: fc.constant('aurora-postgres'),
    readers: maybe(fc.integer({ min: 0, max: 3 })),
    customerKey: maybe(fc.boolean()),
    credentials: maybe(fc.constant({ kind: 'generated-secret' })),
  }),
  fc.record({
    kind: fc.constant('postgres'),
    multiAz: maybe(fc.boolean()),
    backups: maybe(fc.constant('5 days')),
  }),
  fc.record({
    kind: fc.constant('table'),
    partitionKey: fc.constant('id'),
    ttl: maybe(fc.constant('expiry')),
  }),
  fc.record({ kind: fc.constant('bucket'), expire: maybe(fc.constant('30 days')) }),
  fc.record({ kind: fc.constant('generated-secret') }),
);

const size = fc
  .constantFrom(...FARGATE_SIZES)
  .chain(({ cpu, memory }) =>
    fc.record({ cpu: fc.constant(cpu), memory: fc.constantFrom(...(memory as readonly number[])) }),
  );

const service = (key: string, stores: readonly string[], services: readonly string[]) =>
  fc.record({
    image: fc.constantFrom('./web', 'nginx:1.29', '../other/service'),
    size: maybe(size.filter(({ cpu }) => cpu >= 512)),
    port: maybe(fc.integer({ min: 1024, max: 4000 })),
    routes: maybe(fc.subarray([`/${key}`, `/${key}/*`, `/api/${key}/*`], { minLength: 1 })),
    scaling: maybe(
      fc
        .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 5, max: 50 }))
        .map((tasks) => ({ tasks, cpu: 60 })),
    ),
    capacity: maybe(fc.constantFrom('on-demand', { spot: 70, onDemand: { weight: 30, base: 1 } })),
    deployment: maybe(fc.constantFrom('rolling', 'blue-green', 'canary', 'linear')),
    health: maybe(fc.record({ interval: duration(10, 60), timeout: duration(2, 9) })),
    tracing: maybe(fc.constantFrom(true, 'otel')),
    exec: maybe(fc.boolean()),
    uses: stores.length > 0 ? maybe(fc.subarray([...stores])) : fc.constant(undefined),
    calls: maybe(fc.subarray(services.filter((other) => other !== key))),
  });

// Zones and, sometimes, private subnets in the middle of where others would be laid out.
const network = fc
  .record({
    zones: fc.integer({ min: 2, max: 3 }),
    subnetBits: fc.integer({ min: 22, max: 26 }),
    nat: fc.constantFrom('single', 'per-zone'),
    first: maybe(fc.integer({ min: 0, max: 60 })),
  })
  .map(({ first, ...rest }) =>
    first === undefined
      ? rest
      : {
          ...rest,
          subnets: {
            private: Array.from({ length: rest.zones }, (_, index) => `10.0.${first + index}.0/24`),
          },
        },
  );

/** Definitions that are right: they resolve. */
export const rightDefinition = fc
  .record({
    name,
    naming: fc.constantFrom(
      '{type}-{purpose}-{env}',
      '{purpose}-{type}-{env}',
      '{purpose}-{env}',
      '{type}-{env}-{purpose}',
      'company-{type}-{env}',
      '{system}-{type}-{purpose}-{env}',
      'x-{env}',
    ),
    keys: fc.uniqueArray(name, { minLength: 1, maxLength: 6 }),
    storeKeys: fc.uniqueArray(name, { maxLength: 4 }),
  })
  .chain(({ name: system, naming, keys, storeKeys }) =>
    fc.record({
      name: fc.constant(system),
      region: fc.constantFrom('eu-south-1', 'us-east-1', 'ap-southeast-2'),
      naming: fc.constant(naming),
      network: maybe(network),
      stores: fc.record(Object.fromEntries(storeKeys.map((key) => [key, store]))),
      services: fc.record(Object.fromEntries(keys.map((key) => [key, service(key, storeKeys, keys)]))),
      logs: maybe(fc.record({ customerKey: fc.boolean() })),
    }),
  );

const nonsense = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withNullPrototype: true,
  withObjectString: true,
  withSparseArray: true,
  withTypedArray: true,
});

/** Definitions in which anything stands anywhere. */
export const anyDefinition = fc.oneof(
  nonsense,
  fc.record(
    {
      name: fc.oneof(name, nonsense),
      region: fc.oneof(fc.constant('us-east-1'), nonsense),
      naming: nonsense,
      network: fc.oneof(
        nonsense,
        fc.record(
          { cidr: nonsense, zones: nonsense, nat: nonsense, subnets: nonsense, endpoints: nonsense },
          { requiredKeys: [] },
        ),
      ),
      stores: fc.oneof(nonsense, fc.dictionary(fc.oneof(name, fc.string()), fc.oneof(store, nonsense))),
      services: fc.oneof(
        nonsense,
        fc.dictionary(
          fc.oneof(name, fc.string()),
          fc.oneof(
            nonsense,
            fc.record(
              {
                image: fc.oneof(fc.string(), nonsense),
                size: nonsense,
                routes: nonsense,
                scaling: nonsense,
                health: nonsense,
                capacity: nonsense,
                deployment: nonsense,
                uses: nonsense,
                calls: nonsense,
                environment: nonsense,
                alarms: nonsense,
                logs: nonsense,
              },
              { requiredKeys: [] },
            ),
          ),
        ),
      ),
      environments: fc.oneof(
        nonsense,
        fc.record({ dev: nonsense }),
        fc.constant({ dev: { protect: true, services: null } }),
      ),
      tags: nonsense,
    },
    { requiredKeys: [] },
  ),
  // A right definition with one value of it replaced.
  fc
    .tuple(
      rightDefinition,
      fc.constantFrom('network', 'stores', 'services', 'logs', 'name', 'region'),
      nonsense,
    )
    .map(([definition, key, value]) => ({ ...definition, [key]: value })),
);
