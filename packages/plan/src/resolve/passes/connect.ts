import { NAME_RULES } from '../../data/names.ts';
import { diagnostic } from '../../diagnostics/diagnostic.ts';
import type { ClusterPlan } from '../../plan/plan.ts';
import type { ServiceConnectPlan } from '../../plan/service.ts';
import type { Context, Result } from '../context.ts';
import { mapRecord } from '../context.ts';
import type { Draft } from '../mark.ts';
import { fillPlaceholders } from '../naming.ts';
import { callsOf, isCalled, seconds } from '../shapes.ts';

export interface ConnectParts {
  readonly connects: Readonly<Record<string, Draft<ServiceConnectPlan | null>>>;
  readonly namespace: Draft<ClusterPlan['namespace']>;
}

/** Service Connect: who is called under which name, who calls, and the namespace they share. */
export function connect(_: unknown, context: Context): Result<ConnectParts> {
  const t = context.tracer('connect');
  const { definition, env, region, source } = context;
  const keys = Object.keys(definition.services);
  const takesPart = (key: string) =>
    isCalled(key, definition) ||
    callsOf(definition.services[key] ?? { image: '' }, definition.services).length > 0;
  const wanted = definition.connect !== undefined || keys.some(takesPart);
  const own = definition.connect?.namespace;
  const name = fillPlaceholders(own ?? '{env}.local', { env, system: definition.name, region });
  const rule = NAME_RULES.namespace;
  const found =
    rule.pattern.test(name) && name.length <= rule.maximum
      ? []
      : [
          diagnostic('BW1105', source('connect.namespace'), {
            name,
            kind: 'namespace',
            minimum: rule.minimum,
            maximum: rule.maximum,
            rule: rule.rule,
          }),
        ];
  const namespace: Draft<ClusterPlan['namespace']> = wanted
    ? {
        name:
          own === undefined
            ? t.defaulted(name, 'connect.namespace', 'one namespace per environment')
            : t.given(name, 'connect.namespace'),
        kind: t.derived('private-dns', ['connect'], 'names resolve inside the VPC'),
      }
    : t.derived<ClusterPlan['namespace']>(null, ['services'], 'no service calls another');

  const connects = mapRecord(definition.services, (service, key): Draft<ServiceConnectPlan | null> => {
    const at = `services.${key}.connect`;
    if (!wanted || !takesPart(key))
      return t.defaulted<ServiceConnectPlan | null>(null, at, 'it calls no other service and none calls it');
    const given = typeof service.connect === 'object' ? service.connect : {};
    const discoveryName = given.name ?? key;
    const calls = callsOf(service, definition.services);
    const authority = definition.connect?.certificateAuthority;
    return {
      server: isCalled(key, definition)
        ? {
            discoveryName:
              given.name === undefined
                ? t.derived(discoveryName, [`services.${key}`], 'its key')
                : t.given(discoveryName, `${at}.name`),
            dnsName: t.derived(
              `${discoveryName}.${name}`,
              [`${at}.name`, 'connect.namespace'],
              'its name in the namespace',
            ),
            port:
              service.port === undefined
                ? t.defaulted(8080, `services.${key}.port`, 'a port that needs no privileges')
                : t.given(service.port, `services.${key}.port`),
            url: t.derived(
              `http://${discoveryName}.${name}:${service.port ?? 8080}`,
              [`${at}.name`, 'connect.namespace', `services.${key}.port`],
              'its name and port; where calls are encrypted, the proxies see to it',
            ),
            appProtocol: t.option<'http' | 'http2' | 'grpc'>(
              given.protocol,
              `${at}.protocol`,
              'http',
              'requests are counted and retried',
            ),
            perRequestTimeoutSeconds: t.read(
              given.timeout,
              `${at}.timeout`,
              seconds,
              15,
              "Service Connect's own default",
            ),
            idleTimeoutSeconds: t.read(
              given.idleTimeout,
              `${at}.idleTimeout`,
              seconds,
              300,
              "Service Connect's own default",
            ),
          }
        : t.derived<ServiceConnectPlan['server']>(null, [at], 'no service calls it'),
      calls:
        service.calls === undefined
          ? t.defaulted<readonly string[]>([], `services.${key}.calls`, 'calls are named')
          : t.given<readonly string[]>(calls, `services.${key}.calls`),
      tls:
        authority === undefined
          ? t.defaulted<ServiceConnectPlan['tls']>(
              null,
              'connect.certificateAuthority',
              'a private certificate authority is paid',
            )
          : t.given<ServiceConnectPlan['tls']>(
              { certificateAuthorityArn: authority },
              'connect.certificateAuthority',
            ),
    };
  });
  return { added: { connects, namespace }, found };
}
