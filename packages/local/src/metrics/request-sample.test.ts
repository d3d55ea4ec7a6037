import { describe, expect, it } from 'vitest';
import type { RequestRecord } from '../router/types.ts';
import { toRequestSample } from './request-sample.ts';

const record: RequestRecord = {
  start: 1_000,
  durationMs: 25,
  targetMs: 20,
  method: 'GET',
  path: '/api/products?limit=2',
  rule: '/api/*',
  group: 'catalog-blue',
  target: 'task-1',
  status: 200,
  targetStatus: 200,
  bytesIn: 0,
  bytesOut: 10,
  reason: 'none',
  traceRoot: '',
  retries: 0,
};

const ownerOf = (group: string) =>
  group === 'catalog-blue' ? { service: 'catalog', group: 'blue' } : undefined;

describe('toRequestSample', () => {
  it('counts an answer of the target for its task, group and route, at its end', () => {
    expect(toRequestSample(record, ownerOf)).toEqual({
      service: 'catalog',
      task: 'task-1',
      group: 'blue',
      route: '/api/*',
      status: 200,
      targetMs: 20,
      elbGenerated: false,
      at: 1_025,
    });
  });

  it('counts an answer that the router made up for the load balancer', () => {
    const failed = toRequestSample({ ...record, status: 502, targetStatus: 0, targetMs: -1 }, ownerOf);
    expect(failed).toMatchObject({ task: 'task-1', status: 502, elbGenerated: true });
    const none = { ...record, status: 404, targetStatus: 0, targetMs: -1, group: '', target: '', rule: '' };
    expect(toRequestSample(none, ownerOf)).toMatchObject({
      service: null,
      task: null,
      group: null,
      route: null,
    });
  });
});
