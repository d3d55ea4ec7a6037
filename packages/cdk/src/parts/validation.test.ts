import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import catalog from '../../../../systems/catalog/breakwater.config.ts';
import payments from '../../../../systems/payments/breakwater.config.ts';
import shop from '../../../../systems/shop/breakwater.config.ts';
import storefront from '../../../../systems/storefront/breakwater.config.ts';
import { partsOf, planOf } from './testing.ts';

const generated = { kind: 'generated-secret', rotate: '7 days', plain: false };

/** Everything that a definition can ask of these parts, at once. */
const everything = {
  ...payments,
  domain: 'pay.example.com',
  alarms: { notify: ['ops@example.com', 'https://example.com/hook'] },
  network: { ...payments.network, endpoints: true, flowLogs: true },
  loadBalancer: { accessLogs: true },
  stores: {
    ...payments.stores,
    ledger: { kind: 'aurora-postgres', credentials: generated, readers: 2, customerKey: true },
    reports: { kind: 'postgres', credentials: generated, multiAz: true, customerKey: true },
    archive: { kind: 'bucket', customerKey: true, versioned: true, expire: '30 days' },
    journal: {
      kind: 'table',
      partitionKey: 'id',
      customerKey: true,
      indexes: { 'by-day': { partitionKey: 'day' } },
    },
  },
};

describe("CDK's own validation and warnings", () => {
  it.each(
    Object.entries({ catalog, payments, shop, storefront, everything }).flatMap(([name, definition]) => [
      [name, 'as it is', definition] as const,
      [name, 'protected', { ...definition, protect: true }] as const,
    ]),
  )('find nothing in %s, %s', (_, __, definition) => {
    const { app } = partsOf(planOf(definition), {}, { validated: true });
    // Violations of the built-in rules throw here; warnings only stand in the report.
    const assembly = app.synth();
    const messages = assembly.stacks
      .flatMap((stack) => stack.messages)
      .filter(({ level }) => level !== 'info')
      .map(({ id, entry }) => `${id}: ${entry.data}`);
    expect(messages).toEqual([]);
    const report = JSON.parse(readFileSync(join(assembly.directory, 'validation-report.json'), 'utf8'));
    expect(report.pluginReports).toMatchObject([{ pluginName: 'CloudFormation Validate', violations: [] }]);
  });
});
