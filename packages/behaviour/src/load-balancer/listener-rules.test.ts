import { describe, expect, it } from 'vitest';
import { compileCidr } from './cidr.ts';
import type { RuleCondition, RuleRequest } from './listener-rules.ts';
import { compileListenerRules, selectRule } from './listener-rules.ts';
import { chooseTargetGroup, redirectLocation } from './rule-actions.ts';
import { listenerRuleProblems } from './rule-problems.ts';

const get = (path: string, more: Partial<RuleRequest> = {}): RuleRequest => ({
  method: 'GET',
  path,
  ...more,
});

function takes(conditions: readonly RuleCondition[], request: RuleRequest): boolean {
  const listener = compileListenerRules([{ priority: 1, conditions, action: 'rule' }], 'default');
  return selectRule(listener, request).action === 'rule';
}

describe('listener rules', () => {
  it('are tried by priority, lowest first, and the default rule comes last', () => {
    const path = (value: string): RuleCondition => ({ field: 'path-pattern', values: [value] });
    const listener = compileListenerRules(
      [
        { priority: 20, conditions: [path('/*')], action: 'all' },
        { priority: 10, conditions: [path('/api/*')], action: 'api' },
      ],
      'nothing',
    );
    expect(selectRule(listener, get('/api/x'))).toMatchObject({ priority: 10, action: 'api' });
    expect(selectRule(listener, get('/other'))).toMatchObject({ priority: 20, action: 'all' });
    expect(selectRule(compileListenerRules([], 'nothing'), get('/'))).toEqual({
      priority: 'default',
      action: 'nothing',
    });
  });

  it('need every condition and one value of each', () => {
    const conditions: readonly RuleCondition[] = [
      { field: 'path-pattern', values: ['/a', '/b'] },
      { field: 'http-request-method', values: ['GET', 'HEAD'] },
    ];
    expect(takes(conditions, get('/b'))).toBe(true);
    expect(takes(conditions, get('/c'))).toBe(false);
    expect(takes(conditions, { method: 'POST', path: '/a' })).toBe(false);
  });

  it('compare methods exactly and in their case', () => {
    expect(takes([{ field: 'http-request-method', values: ['GET'] }], { method: 'get', path: '/' })).toBe(
      false,
    );
  });

  it('compare hosts without case and port, and *.example.com is not example.com', () => {
    const condition: RuleCondition = { field: 'host-header', values: ['*.Example.com'] };
    expect(takes([condition], get('/', { host: 'SHOP.example.com:8080' }))).toBe(true);
    expect(takes([condition], get('/', { host: 'example.com' }))).toBe(false);
    expect(takes([condition], get('/'))).toBe(false);
  });

  it('compare header values without case and with wildcards', () => {
    const condition: RuleCondition = { field: 'http-header', name: 'User-Agent', values: ['*chrome*'] };
    expect(takes([condition], get('/', { headers: { 'user-agent': 'Mozilla Chrome/1' } }))).toBe(true);
    expect(takes([condition], get('/', { headers: { 'user-agent': ['Safari', 'Chrome'] } }))).toBe(true);
    expect(takes([condition], get('/', { headers: {} }))).toBe(false);
  });

  it('compare query strings by key and value or by value alone', () => {
    const byKey: RuleCondition = { field: 'query-string', values: [{ key: 'version', value: 'V1' }] };
    const byValue: RuleCondition = { field: 'query-string', values: [{ value: '*example*' }] };
    expect(takes([byKey], get('/', { query: 'a=b&Version=v1' }))).toBe(true);
    expect(takes([byKey], get('/', { query: 'version=v2' }))).toBe(false);
    expect(takes([byValue], get('/', { query: 'q=an-example-of' }))).toBe(true);
    expect(takes([byValue], get('/', { query: '' }))).toBe(false);
  });

  it('compare the source address with blocks', () => {
    const condition: RuleCondition = { field: 'source-ip', values: ['192.0.2.0/24', '2001:db8::/32'] };
    expect(takes([condition], get('/', { sourceIp: '192.0.2.255' }))).toBe(true);
    expect(takes([condition], get('/', { sourceIp: '::ffff:192.0.2.1' }))).toBe(true);
    expect(takes([condition], get('/', { sourceIp: '192.0.3.0' }))).toBe(false);
    expect(takes([condition], get('/', { sourceIp: '2001:db8:1::7' }))).toBe(true);
    expect(takes([condition], get('/', { sourceIp: '2001:db9::' }))).toBe(false);
    expect(compileCidr('nonsense')('192.0.2.1')).toBe(false);
    expect(compileCidr('0.0.0.0/0')('203.0.113.9')).toBe(true);
    expect(compileCidr('0.0.0.0/0')('2001:db8::1')).toBe(false);
  });
});

describe('rule actions', () => {
  const action = {
    kind: 'forward' as const,
    targetGroups: [
      { targetGroup: 'blue', weight: 95 },
      { targetGroup: 'green', weight: 5 },
    ],
  };

  it('forward by weight, and weight 0 gets nothing', () => {
    expect(chooseTargetGroup(action, 0.949)).toBe('blue');
    expect(chooseTargetGroup(action, 0.95)).toBe('green');
    const onlyGreen = {
      kind: 'forward' as const,
      targetGroups: [
        { targetGroup: 'a', weight: 0 },
        { targetGroup: 'b', weight: 1 },
      ],
    };
    expect(chooseTargetGroup(onlyGreen, 0)).toBe('b');
    expect(
      chooseTargetGroup({ kind: 'forward', targetGroups: [{ targetGroup: 'a', weight: 0 }] }, 0.5),
    ).toBeUndefined();
  });

  it('redirect with the parts of the request that are kept', () => {
    const request = {
      protocol: 'http',
      host: 'shop.example.com',
      port: 80,
      path: '/a/b',
      query: 'c=1',
    } as const;
    expect(
      redirectLocation({ kind: 'redirect', statusCode: 301, protocol: 'HTTPS', port: '443' }, request),
    ).toBe('https://shop.example.com/a/b?c=1');
    expect(
      redirectLocation(
        { kind: 'redirect', statusCode: 302, port: '8443', path: '/new/#{path}', query: '' },
        request,
      ),
    ).toBe('http://shop.example.com:8443/new/a/b');
  });
});

describe('problems with listener rules', () => {
  it('are doubled priorities, doubled conditions, too many values, dotless hosts and missing conditions', () => {
    const problems = listenerRuleProblems([
      { priority: 1, action: 0, conditions: [{ field: 'host-header', values: ['localhost'] }] },
      { priority: 1, action: 0, conditions: [] },
      {
        priority: 60_000,
        action: 0,
        conditions: [
          { field: 'path-pattern', values: ['/a', '/b', '/c', '/d'] },
          { field: 'path-pattern', values: ['/e', '/f'] },
        ],
      },
    ]).join('\n');
    for (const text of [
      'no dot',
      'Two rules',
      'no condition',
      '60000',
      'two path-pattern',
      '4 values',
      '6 condition',
    ]) {
      expect(problems).toContain(text);
    }
    expect(
      listenerRuleProblems([
        { priority: 5, action: 0, conditions: [{ field: 'path-pattern', values: ['/a'] }] },
      ]),
    ).toEqual([]);
  });
});
