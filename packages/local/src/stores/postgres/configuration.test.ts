import { describe, expect, it } from 'vitest';
import { maxConnections, renderConfiguration } from './configuration.ts';

describe('maxConnections', () => {
  it.each([
    [0.5, 1, 189],
    [0.5, 2, 189],
    [0.5, 4, 823],
    [0, 0.5, 189],
    [0.5, 16, 1000],
    [1, 64, 1000],
  ])(
    'for %s to %s ACU is what Aurora documents for the next smaller capacity, at most 1000 here: %s',
    (minimumAcu, maximumAcu, expected) => {
      expect(maxConnections({ kind: 'serverless-v2', minimumAcu, maximumAcu })).toBe(expected);
    },
  );

  it('for an instance is that of the smallest capacity', () => {
    expect(maxConnections({ kind: 'provisioned', instanceClass: 'db.t4g.medium' })).toBe(189);
  });
});

describe('renderConfiguration', () => {
  it('quotes paths with quotes in them', () => {
    const tls = { certificate: "/it's/server.pem", key: '/key', ca: '/ca' };
    expect(renderConfiguration({ maxConnections: 10, tls, extensionFolder: '/e' })).toContain(
      "ssl_cert_file = '/it''s/server.pem'",
    );
  });
});
