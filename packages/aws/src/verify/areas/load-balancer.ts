import type { Action, Rule } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { ListenerAction, ListenerPlan, LoadBalancerPlan, Plan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import type { TargetGroupRef } from '../live/load-balancing.ts';
import { compare, compareSets, fact, failed, present } from '../outcome.ts';

/** The load balancer, its listeners and their rules. */
export function loadBalancerChecks(plan: Plan): Check[] {
  const { loadBalancer } = plan;
  if (loadBalancer === null) return [];
  return [
    ...balancerChecks(plan, loadBalancer),
    check('load-balancer', 'listeners', 'it listens as planned, and on no other port', async (live) => {
      const refs = await live.loadBalancing.targetGroupRefs();
      return compareSets(
        'listeners',
        loadBalancer.listeners.map((listener) => describeListener(listener)),
        (await live.loadBalancing.listeners()).map(
          ({ Port, Protocol, DefaultActions }) =>
            `${Protocol} ${Port}: ${describeActions(DefaultActions, refs)}`,
        ),
      );
    }),
    ...loadBalancer.listeners.flatMap((listener) => [
      check(
        'load-balancer',
        `rules.${listener.key}`,
        `rules of the ${listener.key} listener are as planned`,
        (live) => compareRules(live, listener),
      ),
      ...(listener.tls === null
        ? []
        : [
            check(
              'load-balancer',
              `tls.${listener.key}`,
              `${listener.key} uses the planned TLS policy`,
              (live) => compareTls(live, listener),
            ),
          ]),
    ]),
  ];
}

function balancerChecks(plan: Plan, loadBalancer: LoadBalancerPlan): Check[] {
  const { name } = loadBalancer;
  const find = async (live: Live) => present(await live.loadBalancing.balancer(), `load balancer ${name}`);
  return [
    check('load-balancer', 'state', `load balancer ${name} is active`, async (live) => {
      const found = await live.loadBalancing.balancer();
      if (found === null) return failed(name, 'no such load balancer');
      return compare([fact('state', 'active', found.State?.Code), fact('type', 'application', found.Type)]);
    }),
    check(
      'load-balancer',
      'placement',
      `it is ${loadBalancer.scheme}, in ${loadBalancer.subnetTier} subnets`,
      async (live) => {
        const found = await find(live);
        const keys = new Map([...(await live.network.subnetIds())].map(([key, id]) => [id, key]));
        const groups = await live.network.securityGroupKeys();
        const planned = plan.network.subnets.filter(({ tier }) => tier === loadBalancer.subnetTier);
        return compare([
          fact('scheme', loadBalancer.scheme, found.Scheme),
          fact(
            'subnets',
            planned.map(({ key }) => key),
            (found.AvailabilityZones ?? []).map(
              ({ SubnetId }) => keys.get(SubnetId ?? '') ?? SubnetId ?? '?',
            ),
          ),
          fact(
            'security groups',
            [loadBalancer.securityGroup],
            (found.SecurityGroups ?? []).map((id) => groups.get(id) ?? id),
          ),
        ]);
      },
    ),
    check('load-balancer', 'attributes', 'its attributes are as planned', async (live) => {
      const found = await live.loadBalancing.attributes();
      const logs = loadBalancer.accessLogs;
      return compare([
        fact(
          'idle timeout',
          String(loadBalancer.idleTimeoutSeconds),
          found.get('idle_timeout.timeout_seconds'),
        ),
        fact(
          'drop invalid headers',
          String(loadBalancer.dropInvalidHeaders),
          found.get('routing.http.drop_invalid_header_fields.enabled') ?? 'false',
        ),
        fact(
          'deletion protection',
          String(loadBalancer.deletionProtection),
          found.get('deletion_protection.enabled') ?? 'false',
        ),
        fact('access logs', String(logs !== null), found.get('access_logs.s3.enabled') ?? 'false'),
        ...(logs === null
          ? []
          : [
              fact('bucket', plan.buckets[logs.bucket]?.name, found.get('access_logs.s3.bucket')),
              fact('prefix', logs.prefix, found.get('access_logs.s3.prefix')),
            ]),
      ]);
    }),
  ];
}

async function find(live: Live, listener: ListenerPlan) {
  const found = (await live.loadBalancing.listeners()).find(
    ({ Port, Protocol }) => Port === listener.port && Protocol === listener.protocol,
  );
  return present(found, `${listener.protocol} listener on port ${listener.port}`);
}

async function compareRules(live: Live, listener: ListenerPlan) {
  const found = await find(live, listener);
  const refs = await live.loadBalancing.targetGroupRefs();
  const rules = await live.loadBalancing.rules(present(found.ListenerArn, 'listener'));
  return compareSets(
    'rules',
    listener.rules.map(
      ({ priority, paths, action }) =>
        `${priority}: ${[...paths].sort().join(' ')} → ${describePlanned(action)}`,
    ),
    rules
      .filter(({ IsDefault }) => !IsDefault)
      .map(
        (rule) => `${rule.Priority}: ${describeConditions(rule)} → ${describeActions(rule.Actions, refs)}`,
      ),
  );
}

async function compareTls(live: Live, listener: ListenerPlan) {
  const found = await find(live, listener);
  const certificates = await live.loadBalancing.certificates(present(found.ListenerArn, 'listener'));
  const arns = certificates.flatMap(({ CertificateArn }) => CertificateArn ?? []);
  const wanted = listener.tls?.certificateArn ?? null;
  return compare([
    fact('policy', listener.tls?.policy, found.SslPolicy),
    wanted === null
      ? fact('certificate', true, arns.length > 0)
      : fact('certificate', wanted, arns.find((arn) => arn === wanted) ?? arns[0]),
  ]);
}

function describeListener({ port, protocol, defaultAction }: ListenerPlan): string {
  return `${protocol} ${port}: ${describePlanned(defaultAction)}`;
}

function describePlanned(action: ListenerAction): string {
  switch (action.kind) {
    case 'forward':
      return action.service;
    case 'fixed-response':
      return `${action.statusCode} "${action.body}" as ${action.contentType}`;
    case 'redirect':
      return `${action.statusCode} to ${action.protocol} ${action.port}`;
  }
}

function describeConditions({ Conditions }: Rule): string {
  return (Conditions ?? [])
    .flatMap(({ Field, Values, PathPatternConfig }) =>
      Field === 'path-pattern' ? (PathPatternConfig?.Values ?? Values ?? []) : [`${Field} condition`],
    )
    .sort()
    .join(' ');
}

/**
 * What a rule does, in the words of the plan. With blue/green ECS moves the weights between a service's two target groups,
 * so where the traffic stands is no difference, as long as all of it goes to the service.
 */
export function describeActions(
  actions: readonly Action[] | undefined,
  refs: ReadonlyMap<string, TargetGroupRef>,
): string {
  const words = (actions ?? []).map((action) => {
    switch (action.Type) {
      case 'forward': {
        const groups = action.ForwardConfig?.TargetGroups ?? [{ TargetGroupArn: action.TargetGroupArn }];
        const taking = groups.filter((group) => !('Weight' in group) || group.Weight !== 0);
        if (taking.length === 0) return 'nowhere: all weights are 0';
        const names = taking.map(
          ({ TargetGroupArn = '?' }) => refs.get(TargetGroupArn)?.service ?? TargetGroupArn,
        );
        return [...new Set(names)].join(' and ');
      }
      case 'fixed-response': {
        const fixed = action.FixedResponseConfig;
        return `${fixed?.StatusCode} "${fixed?.MessageBody ?? ''}" as ${fixed?.ContentType ?? 'text/plain'}`;
      }
      case 'redirect': {
        const redirect = action.RedirectConfig;
        return `${redirect?.StatusCode?.replace('HTTP_', '')} to ${redirect?.Protocol} ${redirect?.Port}`;
      }
      default:
        return action.Type ?? '?';
    }
  });
  return words.join(', ');
}
