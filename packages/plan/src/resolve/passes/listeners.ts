import { FIXED_RESPONSE, PATH_PATTERN, TLS_POLICIES } from '../../data/load-balancer.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import type {
  ListenerAction,
  ListenerPlan,
  ListenerRulePlan,
  LoadBalancerPlan,
} from '../../plan/load-balancer.ts';
import type { Context } from '../context.ts';
import { mapRecord, sorted } from '../context.ts';
import type { Draft, Tracer } from '../mark.ts';
import { planRules, unreachable } from '../rules.ts';
import { deploymentOf, shiftedGroups } from './deployment.ts';

/** The listener's rules, and what is wrong with the routes. */
export function rulesOf(
  t: Tracer,
  context: Context,
): { readonly rules: readonly Draft<ListenerRulePlan>[]; readonly found: readonly Diagnostic[] } {
  const routes = mapRecord(context.definition.services, (service) => [
    ...new Set<string>(service.routes ?? []),
  ]);
  const planned = planRules(routes);
  const where = (service: string, path: string) => {
    const index = (context.definition.services[service]?.routes ?? []).map(String).indexOf(path);
    return context.source(`services.${service}.routes.${index}`);
  };
  const found: Diagnostic[] = unreachable(planned).map(({ service, path, by, wider }) =>
    path === wider
      ? diagnostic('BW1401', where(service, path), { route: path, other: `'${by}'` })
      : diagnostic('BW1402', where(service, path), { route: path, wider, other: `'${by}'` }),
  );
  for (const [key, service] of sorted(context.definition.services)) {
    const count = planned.filter((rule) => rule.service === key).length;
    if (count > 1 && shiftedGroups(service).length > 1)
      found.push(
        diagnostic('BW1405', context.source(`services.${key}.routes`), {
          service: key,
          count,
          strategy: `the ${deploymentOf(service).strategy} strategy`,
          paths: PATH_PATTERN.valuesPerRule,
          wildcards: PATH_PATTERN.wildcardsPerRule,
        }),
      );
  }
  if (planned.length > PATH_PATTERN.rulesPerListener)
    found.push(
      diagnostic('BW1404', 'services', { count: planned.length, maximum: PATH_PATTERN.rulesPerListener }),
    );
  const rules = planned.map(({ key, service, paths, priority }) =>
    t.derived<ListenerRulePlan>(
      {
        key,
        priority,
        paths: t.given<readonly string[]>(paths, `services.${service}.routes`),
        action: { kind: 'forward', service },
      },
      [`services.${service}.routes`],
      'narrower patterns are tried before wider ones; in between by a hash, so that it stays when other rules come',
    ),
  );
  return { rules, found };
}

/** The DNS record that leads to the load balancer. */
export function domainOf(t: Tracer, context: Context): Draft<LoadBalancerPlan['domain']> {
  const { domain } = context.definition;
  if (domain === undefined)
    return t.defaulted<LoadBalancerPlan['domain']>(null, 'domain', 'reached by the name that AWS gives it');
  const name = typeof domain === 'string' ? domain : domain.name;
  const zone = typeof domain === 'string' ? undefined : domain.hostedZone;
  return {
    name: t.given(name, typeof domain === 'string' ? 'domain' : 'domain.name'),
    hostedZone:
      zone === undefined
        ? t.derived(
            name.split('.').length > 2 ? name.slice(name.indexOf('.') + 1) : name,
            ['domain'],
            'the name without its first label',
          )
        : t.given(zone, 'domain.hostedZone'),
  };
}

function certificateOf({
  definition,
}: Context): { readonly arn: string | null; readonly path: string } | null {
  const { domain, loadBalancer } = definition;
  if (loadBalancer?.certificate !== undefined)
    return { arn: loadBalancer.certificate, path: 'loadBalancer.certificate' };
  if (domain === undefined) return null;
  return typeof domain === 'object' && domain.certificate !== undefined
    ? { arn: domain.certificate, path: 'domain.certificate' }
    : { arn: null, path: 'domain' };
}

/** Where clients find the load balancer: by its encrypted listener where there is one. */
export function addressOf(t: Tracer, context: Context): Draft<LoadBalancerPlan['address']> {
  const { domain, loadBalancer } = context.definition;
  const encrypted = certificateOf(context) !== null;
  const port = loadBalancer?.port ?? 80;
  return t.derived<LoadBalancerPlan['address']>(
    {
      scheme: encrypted ? 'https' : 'http',
      host: domain === undefined ? null : typeof domain === 'string' ? domain : domain.name,
      port: encrypted || port === 80 ? null : port,
    },
    ['domain', 'loadBalancer'],
    'the listener that serves, under the domain where there is one',
  );
}

/** The plain listener and, with a certificate, the encrypted one. */
export function listenersOf(
  t: Tracer,
  rules: readonly Draft<ListenerRulePlan>[],
  context: Context,
): readonly Draft<ListenerPlan>[] {
  const given = context.definition.loadBalancer ?? {};
  const certificate = certificateOf(context);
  const at = 'loadBalancer.otherwise';
  const otherwise: Draft<ListenerAction> = {
    kind: t.defaulted('fixed-response', at, 'what no route takes ends at the load balancer'),
    statusCode: t.option(given.otherwise?.status, `${at}.status`, 404, 'nothing is there'),
    contentType: t.option<string>(
      given.otherwise?.contentType,
      `${at}.contentType`,
      FIXED_RESPONSE.contentTypes[0],
      'readable everywhere',
    ),
    body: t.option(given.otherwise?.body, `${at}.body`, 'Not Found', 'nothing is there'),
  };
  const port = t.option(given.port, 'loadBalancer.port', 80, "HTTP's own port");
  const none = t.derived<readonly ListenerRulePlan[]>([], ['domain'], 'everything is redirected');
  const http: Draft<ListenerPlan> = {
    key: t.derived('http', [], 'the plain listener'),
    port,
    protocol: t.derived('HTTP', [], 'the plain listener'),
    tls: t.derived<ListenerPlan['tls']>(null, [], 'the plain listener'),
    rules: certificate === null ? rules : none,
    defaultAction:
      certificate === null
        ? otherwise
        : t.derived<ListenerAction>(
            { kind: 'redirect', protocol: 'HTTPS', port: 443, statusCode: 301 },
            [certificate.path],
            'with a certificate nothing is served in plain',
          ),
  };
  if (certificate === null) return [http];
  return [
    http,
    {
      key: t.derived('https', [certificate.path], 'there is a certificate'),
      port: t.defaulted(443, 'loadBalancer', "HTTPS's own port"),
      protocol: t.derived('HTTPS', [certificate.path], 'there is a certificate'),
      tls: {
        certificateArn:
          certificate.arn === null
            ? t.derived<string | null>(null, ['domain'], 'requested for the domain and validated by DNS')
            : t.given<string | null>(certificate.arn, certificate.path),
        policy: t.option<string>(
          given.tlsPolicy,
          'loadBalancer.tlsPolicy',
          TLS_POLICIES[0],
          'the policy that AWS recommends',
        ),
      },
      rules,
      defaultAction: otherwise,
    },
  ];
}
