import type {
  ActionModel,
  CertificateModel,
  ListenerModel,
  LoadBalancerModel,
  RecordModel,
  TargetGroupModel,
} from '../model.ts';
import type { Assembly, Resource } from './assembly.ts';
import { pathPatterns } from './compute.ts';
import { list, number, object, text } from './json.ts';
import { nameIn, namesIn } from './words.ts';

function attributes(properties: unknown, list_: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    list(properties, list_).map((each) => [text(each, 'Key') ?? '', text(each, 'Value') ?? '']),
  );
}

export function readLoadBalancers(assembly: Assembly): readonly LoadBalancerModel[] {
  return assembly.of('AWS::ElasticLoadBalancingV2::LoadBalancer').map(({ name, properties }) => {
    const set = attributes(properties, 'LoadBalancerAttributes');
    return {
      name,
      type: text(properties, 'Type') ?? 'application',
      scheme: text(properties, 'Scheme') ?? 'internet-facing',
      subnets: namesIn(properties, 'Subnets'),
      securityGroups: namesIn(properties, 'SecurityGroups'),
      deletionProtection: set['deletion_protection.enabled'] === 'true',
      dropInvalidHeaders: set['routing.http.drop_invalid_header_fields.enabled'] === 'true',
      idleTimeoutSeconds: number(set, 'idle_timeout.timeout_seconds'),
      accessLogs:
        set['access_logs.s3.enabled'] === 'true' ? nameIn(set['access_logs.s3.bucket'] ?? null) : null,
    };
  });
}

function action(actions: unknown): ActionModel {
  const [first] = list({ actions }, 'actions');
  const type = text(first, 'Type') ?? '';
  const { FixedResponseConfig: fixed, RedirectConfig: redirect } = object({ first }, 'first');
  if (type === 'fixed-response')
    return {
      kind: 'fixed-response',
      statusCode: number(fixed, 'StatusCode') ?? 0,
      contentType: text(fixed, 'ContentType') ?? '',
      body: text(fixed, 'MessageBody') ?? '',
    };
  if (type === 'redirect')
    return {
      kind: 'redirect',
      protocol: text(redirect, 'Protocol') ?? '',
      port: text(redirect, 'Port') ?? '',
      statusCode: text(redirect, 'StatusCode') ?? '',
    };
  if (type !== 'forward') return { kind: 'other', type };
  const weighted = list(first, 'ForwardConfig', 'TargetGroups').map((each) => ({
    targetGroup: nameIn(text(each, 'TargetGroupArn')),
    weight: number(each, 'Weight') ?? 1,
  }));
  const single = text(first, 'TargetGroupArn');
  return {
    kind: 'forward',
    targets:
      weighted.length > 0
        ? [...weighted].sort((left, right) => right.weight - left.weight)
        : single === null
          ? []
          : [{ targetGroup: nameIn(single), weight: 1 }],
  };
}

/** Whether a rule stands in a listener: rules name it by its port, or by ARN. */
const belongsTo =
  (listener: Resource) =>
  ({ properties }: Resource): boolean =>
    nameIn(text(properties, 'ListenerArn')) === listener.name;

export function readListeners(assembly: Assembly): readonly ListenerModel[] {
  const rules = assembly.of('AWS::ElasticLoadBalancingV2::ListenerRule');
  return assembly.of('AWS::ElasticLoadBalancingV2::Listener').map((listener) => ({
    loadBalancer: nameIn(text(listener.properties, 'LoadBalancerArn')),
    port: number(listener.properties, 'Port') ?? 0,
    protocol: text(listener.properties, 'Protocol') ?? '',
    certificates: list(listener.properties, 'Certificates').map((each) =>
      nameIn(text(each, 'CertificateArn')),
    ),
    sslPolicy: text(listener.properties, 'SslPolicy'),
    defaultAction: action(listener.properties['DefaultActions']),
    rules: rules
      .filter(belongsTo(listener))
      .map(({ properties }) => ({
        priority: number(properties, 'Priority') ?? 0,
        paths: pathPatterns(properties),
        action: action(properties['Actions']),
      }))
      .sort((left, right) => left.priority - right.priority),
  }));
}

export function readTargetGroups(assembly: Assembly): readonly TargetGroupModel[] {
  return assembly.of('AWS::ElasticLoadBalancingV2::TargetGroup').map(({ name, properties }) => ({
    name,
    port: number(properties, 'Port') ?? 0,
    protocol: text(properties, 'Protocol') ?? '',
    targetType: text(properties, 'TargetType') ?? 'instance',
    health: {
      path: text(properties, 'HealthCheckPath'),
      intervalSeconds: number(properties, 'HealthCheckIntervalSeconds'),
      timeoutSeconds: number(properties, 'HealthCheckTimeoutSeconds'),
      healthyThreshold: number(properties, 'HealthyThresholdCount'),
      unhealthyThreshold: number(properties, 'UnhealthyThresholdCount'),
      matcher: text(properties, 'Matcher', 'HttpCode'),
    },
    deregistrationDelaySeconds: number(
      attributes(properties, 'TargetGroupAttributes'),
      'deregistration_delay.timeout_seconds',
    ),
  }));
}

export function readRecords(assembly: Assembly): readonly RecordModel[] {
  return assembly.of('AWS::Route53::RecordSet').map(({ name, properties }) => ({
    name: name.replace(/\.$/, ''),
    type: text(properties, 'Type') ?? '',
    target: nameIn((text(properties, 'AliasTarget', 'DNSName') ?? '').replace(/^dualstack\./, '')),
  }));
}

export function readCertificates(assembly: Assembly): readonly CertificateModel[] {
  return assembly.of('AWS::CertificateManager::Certificate').map(({ name, properties }) => ({
    name,
    domain: text(properties, 'DomainName') ?? '',
    validation: text(properties, 'ValidationMethod') ?? 'EMAIL',
  }));
}
