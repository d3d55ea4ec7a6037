import { expect, test } from 'vitest';
import { planOf, systems } from '../../plan/test/systems.ts';
import { createApp, createStacks, type Transform } from './index.ts';

/** Every kind and key that transforms of a system are given. */
function keysOf(name: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  const transform: Transform = new Proxy(
    {},
    {
      get: (_, kind: string) => (props: unknown, key: string) => {
        found[kind] = [...(found[kind] ?? []), key];
        return props;
      },
    },
  );
  createStacks(createApp(), { plan: planOf(systems[name]), transform });
  return Object.fromEntries(Object.entries(found).map(([kind, keys]) => [kind, keys.toSorted()]));
}

test('transforms are given keys, never physical names', () => {
  expect(keysOf('catalog')).toEqual({
    // what there is once
    vpc: ['vpc'],
    cluster: ['cluster'],
    loadBalancer: ['loadBalancer'],
    dashboard: ['dashboard'],
    // of a service
    repository: ['catalog'],
    service: ['catalog'],
    taskDefinition: ['catalog'],
    scalableTarget: ['catalog'],
    container: ['catalog', 'catalog/otel-collector'],
    role: ['catalog/execution', 'catalog/task'],
    targetGroup: ['catalog/blue', 'catalog/green'],
    // entries of the plan
    alarm: ['catalog-cpu', 'catalog-running-tasks'],
    databaseCluster: ['products'],
    listener: ['http'],
    listenerRule: ['catalog'],
    logGroup: ['database/products', 'exec', 'service/catalog'],
    secret: ['database/products'],
    securityGroup: ['database/products', 'load-balancer', 'service/catalog'],
  });
});
