import { expect, test } from 'vitest';
import { build, only, planOf, planOfService, resourcesOf, systems } from './testing.ts';

const RULE = 'AWS::ElasticLoadBalancingV2::ListenerRule';
const GROUP = 'AWS::ElasticLoadBalancingV2::TargetGroup';

test('target groups take addresses, with health check, draining and algorithm of the definition', () => {
  const { template } = build(
    planOfService({
      port: 3000,
      health: {
        path: '/ready',
        interval: '10 s',
        timeout: '3 s',
        healthy: 4,
        unhealthy: 5,
        codes: '200-299',
      },
      drain: '20 s',
      balancing: 'least_outstanding_requests',
      sticky: '1 h',
    }),
  );
  const { Properties } = only(template('service/api'), GROUP);
  expect(Properties).toMatchObject({
    TargetType: 'ip',
    Port: 3000,
    Protocol: 'HTTP',
    HealthCheckPath: '/ready',
    HealthCheckIntervalSeconds: 10,
    HealthCheckTimeoutSeconds: 3,
    HealthyThresholdCount: 4,
    UnhealthyThresholdCount: 5,
    Matcher: { HttpCode: '200-299' },
  });
  const attributes = Object.fromEntries(
    // The template's own JSON, whose shape is this one.
    (Properties['TargetGroupAttributes'] as readonly { Key: string; Value: string }[]).map(
      ({ Key, Value }) => [Key, Value],
    ),
  );
  expect(attributes).toMatchObject({
    'deregistration_delay.timeout_seconds': '20',
    'load_balancing.algorithm.type': 'least_outstanding_requests',
    'stickiness.enabled': 'true',
    'stickiness.lb_cookie.duration_seconds': '3600',
  });
});

test('a rolling service that is ready for blue/green has two target groups and sends everything to one', () => {
  const plan = planOf(systems.catalog);
  const stack = build(plan).template('service/catalog');
  expect(Object.values(resourcesOf(stack, GROUP)).map(({ Properties }) => Properties['Name'])).toEqual([
    'tg-catalog-dev',
    'tg-green-catalog-dev',
  ]);
  const { Properties } = only(stack, RULE);
  expect(Properties).toMatchObject({
    Priority: plan.loadBalancer?.listeners[0]?.rules[0]?.priority,
    Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: ['/health', '/api/*'] } }],
    Actions: [{ Type: 'forward', TargetGroupArn: { Ref: expect.stringContaining('TargetGroupBlue') } }],
  });
  expect(only(stack, 'AWS::ECS::Service').Properties).toMatchObject({
    LoadBalancers: [{ ContainerName: 'catalog', ContainerPort: 5000 }],
  });
});

test('with a certificate the rules stand at the encrypted listener only', () => {
  const { template } = build(planOfService({}, { domain: 'shop.example.com' }));
  const { Properties } = only(template('service/api'), RULE);
  expect(JSON.stringify(Properties['ListenerArn'])).toMatch(/Https/);
});

test.each(['blue-green', 'canary', 'linear'])(
  '%s forwards to both target groups and does nothing else',
  (strategy) => {
    const { template } = build(planOfService({ deployment: strategy }));
    expect(only(template('service/api'), RULE).Properties['Actions']).toEqual([
      {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: { Ref: expect.stringContaining('Blue') }, Weight: 100 },
            { TargetGroupArn: { Ref: expect.stringContaining('Green') }, Weight: 0 },
          ],
        },
      },
    ]);
  },
);

test('nothing but a route changes a rule whose weights ECS has moved', () => {
  const rule = (service: object, image: string | null = null) =>
    resourcesOf(
      build(planOfService({ deployment: 'blue-green', ...service }), { image }).template('service/api'),
      RULE,
    );
  const first = rule({});
  expect(
    rule(
      {
        size: '1 vCPU, 2 GB',
        scaling: { tasks: [3, 9] },
        environment: { MODE: 'sale' },
        tracing: true,
        stopTimeout: '60 s',
        deployment: { strategy: 'blue-green', bake: '20 min' },
      },
      `x@sha256:${'b'.repeat(64)}`,
    ),
  ).toEqual(first);
  // A route changes the rule in its place: a new one would start with blue and find its priority taken.
  const [before] = Object.entries(first);
  const [after] = Object.entries(rule({ routes: ['/first', '/second'] }));
  expect(after?.[0]).toBe(before?.[0]);
  expect(after?.[1].Properties['Actions']).toEqual(before?.[1].Properties['Actions']);
  expect(after?.[1].Properties['Conditions']).not.toEqual(before?.[1].Properties['Conditions']);
});

test('a route that comes or goes replaces no rule of a service with several, and takes no number that another still has', () => {
  const routes = ['/a/*', '/b', '/c', '/d', '/e', '/f', '/g', '/h/*'];
  const rulesOf = (paths: readonly string[]) =>
    Object.entries(resourcesOf(build(planOfService({ routes: paths })).template('service/api'), RULE)).map(
      ([id, { Properties }]) => [id, Properties['Priority']] as const,
    );
  const before = new Map(rulesOf(routes));
  expect(before.size).toBe(3);
  const idOf = new Map([...before].map(([id, priority]) => [priority, id]));
  for (const gone of ['/a/*', '/b', '/d', '/h/*'])
    for (const [id, priority] of rulesOf(routes.filter((route) => route !== gone)))
      expect(idOf.get(priority) ?? id).toBe(id);
});

test('with encrypted calls between services the load balancer speaks TLS as well', () => {
  const { template } = build(
    planOfService(
      { connect: true },
      {
        connect: {
          certificateAuthority:
            'arn:aws:acm-pca:eu-west-1:123456789012:certificate-authority/11111111-2222-3333-4444-555555555555',
        },
      },
    ),
  );
  expect(only(template('service/api'), GROUP).Properties).toMatchObject({ Protocol: 'HTTPS' });
});

test('a service without routes has no target group', () => {
  const alone = build(planOfService({ routes: undefined })).template('service/api');
  alone.resourceCountIs(GROUP, 0);
  alone.resourceCountIs(RULE, 0);
  const { Properties } = only(alone, 'AWS::ECS::Service');
  expect(Properties).not.toHaveProperty('HealthCheckGracePeriodSeconds');
  expect(Properties['LoadBalancers'] ?? []).toEqual([]);
});
