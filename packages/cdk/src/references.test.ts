import type { Reference } from '@breakwater/plan';
import { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import catalog from '../../../systems/catalog/breakwater.config.ts';
import payments from '../../../systems/payments/breakwater.config.ts';
import shop from '../../../systems/shop/breakwater.config.ts';
import storefront from '../../../systems/storefront/breakwater.config.ts';
import { partsOf, planOf } from './parts/testing.ts';
import { lowerReference, lowerValue } from './references.ts';

function loweredIn(definition: unknown) {
  const plan = planOf(definition);
  const parts = { plan, ...partsOf(plan) };
  return (reference: Reference, from: 'foundation' | 'data' | 'registries' = 'data') =>
    Stack.of(parts[from]).resolve(lowerReference(reference, parts));
}

describe('references', () => {
  it('to a database are the addresses of its cluster, or of its only instance', () => {
    const cluster = loweredIn(catalog);
    const host = (field: 'host' | 'reader-host') =>
      cluster({ kind: 'database', database: 'products', field });
    expect(host('host')).toEqual({ 'Fn::GetAtt': [expect.any(String), 'Endpoint.Address'] });
    expect(host('reader-host')).toEqual({ 'Fn::GetAtt': [expect.any(String), 'ReadEndpoint.Address'] });
    const instance = loweredIn(storefront);
    for (const field of ['host', 'reader-host'] as const)
      expect(instance({ kind: 'database', database: 'shop', field })).toEqual({
        'Fn::GetAtt': [expect.any(String), 'Endpoint.Address'],
      });
    expect(instance({ kind: 'database', database: 'shop', field: 'port' })).toBe('5432');
    expect(instance({ kind: 'database', database: 'shop', field: 'name' })).toBe('storefront');
  });

  it('to tables, buckets, repositories and the cluster are what AWS gives them', () => {
    const lower = loweredIn(payments);
    const attribute = { 'Fn::GetAtt': [expect.any(String), 'Arn'] };
    expect(lower({ kind: 'table', table: 'order-book', field: 'arn' })).toEqual(attribute);
    expect(lower({ kind: 'table', table: 'order-book', field: 'name' })).toEqual({ Ref: expect.any(String) });
    expect(lower({ kind: 'bucket', bucket: 'order-files', field: 'arn' })).toEqual(attribute);
    expect(lower({ kind: 'registry', service: 'order', field: 'arn' }, 'registries')).toEqual(attribute);
    expect(lower({ kind: 'cluster', field: 'arn' }, 'foundation')).toEqual(attribute);
    expect(lower({ kind: 'network', field: 'vpc-id' }, 'foundation')).toEqual({ Ref: expect.any(String) });
  });

  it('to a service are its name under Service Connect, which needs nothing of its stack', () => {
    const lower = loweredIn(payments);
    expect(lower({ kind: 'service', service: 'payment', field: 'url' })).toBe(
      'http://payment.dev.local:8080',
    );
    expect(lower({ kind: 'service', service: 'payment', field: 'host' })).toBe('payment.dev.local');
    expect(lower({ kind: 'service', service: 'payment', field: 'port' })).toBe('8080');
    expect(lower({ kind: 'service', service: 'payment', field: 'name' })).toBe('payment-service-dev');
    expect(() => lower({ kind: 'service', service: 'order', field: 'url' })).toThrow('no service can call');
  });

  it('to the load balancer have the scheme, host and port that clients use', () => {
    const url: Reference = { kind: 'load-balancer', field: 'url' };
    const dnsName = { 'Fn::GetAtt': [expect.any(String), 'DNSName'] };
    const plain = (definition: unknown) => loweredIn(definition)(url, 'foundation');
    expect(plain(shop)).toEqual({ 'Fn::Join': ['', ['http://', dnsName]] });
    expect(plain({ ...shop, loadBalancer: { port: 8080 } })).toEqual({
      'Fn::Join': ['', ['http://', dnsName, ':8080']],
    });
    expect(plain({ ...shop, domain: 'shop.example.com' })).toBe('https://shop.example.com');
  });

  it('to the dashboard are its address in the console', () => {
    expect(loweredIn(catalog)({ kind: 'dashboard', field: 'url' }, 'foundation')).toBe(
      'https://ap-southeast-2.console.aws.amazon.com/cloudwatch/home?region=ap-southeast-2#dashboards/dashboard/dashboard-catalog-dev',
    );
  });

  it('to a secret are refused: no value of it may enter a template', () => {
    expect(() =>
      loweredIn(catalog)({ kind: 'secret', secret: 'database/products', key: 'password' }),
    ).toThrow('may not enter a template');
  });

  it('to what the plan does not have say what there is', () => {
    expect(() => loweredIn(payments)({ kind: 'table', table: 'orders', field: 'name' })).toThrow(
      "the table 'orders', which is not there. There is: notification-log, order-book, payment-ledger.",
    );
  });

  it('leave literals as they are', () => {
    const plan = planOf(catalog);
    expect(lowerValue({ kind: 'literal', value: '5000' }, { plan, ...partsOf(plan) })).toBe('5000');
  });
});
