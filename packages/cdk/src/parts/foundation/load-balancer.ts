import {
  byKey,
  entry,
  type ListenerAction,
  type ListenerPlan,
  type LoadBalancerPlan,
} from '@breakwater/plan';
import { Duration } from 'aws-cdk-lib';
import * as acm from 'aws-cdk-lib/aws-certificatemanager';
import type * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import type * as route53 from 'aws-cdk-lib/aws-route53';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { constructId } from '../../construct-id.ts';
import type { ApplyTransform } from '../../transform.ts';
import { sendAccessLogs } from './access-logs.ts';
import { createRecord, findHostedZone } from './domain.ts';
import type { Network } from './network.ts';

function defaultAction(action: ListenerAction): elbv2.ListenerAction {
  switch (action.kind) {
    case 'fixed-response':
      return elbv2.ListenerAction.fixedResponse(action.statusCode, {
        contentType: action.contentType,
        messageBody: action.body,
      });
    case 'redirect':
      return elbv2.ListenerAction.redirect({
        protocol: action.protocol,
        port: String(action.port),
        permanent: action.statusCode === 301,
      });
    case 'forward':
      // Target groups belong to their service, and a deployment can only shift traffic on a rule.
      throw new Error(
        `The plan forwards what no rule takes to '${action.service}'. A service is reached by a rule, such as '/*'.`,
      );
  }
}

function certificate(
  scope: Construct,
  listener: ListenerPlan,
  domain: LoadBalancerPlan['domain'],
  zone: route53.IHostedZone | null,
): acm.ICertificate {
  const arn = listener.tls?.certificateArn ?? null;
  if (arn !== null) return acm.Certificate.fromCertificateArn(scope, 'Certificate', arn);
  if (domain === null || zone === null)
    throw new Error(
      `The plan's listener '${listener.key}' has neither a certificate nor a domain to request one for.`,
    );
  return new acm.Certificate(scope, 'Certificate', {
    domainName: domain.name,
    // Becomes the tag `Name`, which would be the construct's path otherwise.
    certificateName: domain.name,
    validation: acm.CertificateValidation.fromDns(zone),
  });
}

function createListener(
  scope: Construct,
  plan: ListenerPlan,
  loadBalancer: elbv2.ApplicationLoadBalancer,
  requested: () => acm.ICertificate,
  transform: ApplyTransform,
): elbv2.ApplicationListener {
  const props: elbv2.BaseApplicationListenerProps = {
    port: plan.port,
    protocol: elbv2.ApplicationProtocol[plan.protocol],
    defaultAction: defaultAction(plan.defaultAction),
    // Whom the group lets in is for the plan to say.
    open: false,
    ...(plan.tls === null
      ? {}
      : {
          certificates: [requested()],
          // The plan holds one of Elastic Load Balancing's own names, which are the values of this enumeration.
          sslPolicy: plan.tls.policy as elbv2.SslPolicy,
        }),
  };
  return new elbv2.ApplicationListener(scope, constructId(plan.key), {
    loadBalancer,
    ...transform('listener', plan.key, props),
  });
}

/** The load balancer, its listeners, certificate and DNS record. Rules that lead to a service belong to that service. */
export function createLoadBalancer(
  scope: Construct,
  plan: LoadBalancerPlan,
  network: Network,
  securityGroups: Readonly<Record<string, ec2.SecurityGroup>>,
  accessLogs: s3.Bucket | null,
  transform: ApplyTransform,
): {
  readonly loadBalancer: elbv2.ApplicationLoadBalancer;
  readonly listeners: Readonly<Record<string, elbv2.ApplicationListener>>;
} {
  const internetFacing = plan.scheme === 'internet-facing';
  const loadBalancer = new elbv2.ApplicationLoadBalancer(
    scope,
    'LoadBalancer',
    transform('loadBalancer', 'loadBalancer', {
      vpc: network.vpc,
      loadBalancerName: plan.name,
      internetFacing,
      vpcSubnets: { subnets: network.subnetsOf(plan.subnetTier) },
      securityGroup: entry(securityGroups, plan.securityGroup, 'security group'),
      idleTimeout: Duration.seconds(plan.idleTimeoutSeconds),
      dropInvalidHeaderFields: plan.dropInvalidHeaders,
      deletionProtection: plan.deletionProtection,
    }),
  );
  // Of the resource alone: its listeners depend on it anyway.
  if (internetFacing) loadBalancer.node.defaultChild?.node.addDependency(...network.internet);
  if (plan.accessLogs !== null && accessLogs !== null)
    sendAccessLogs(loadBalancer, accessLogs, plan.accessLogs.prefix);

  const zone = plan.domain === null ? null : findHostedZone(scope, plan.domain.hostedZone);
  let shared: acm.ICertificate | undefined;
  const listeners = byKey(plan.listeners, (listener) => {
    const requested = () => {
      shared ??= certificate(scope, listener, plan.domain, zone);
      return shared;
    };
    return createListener(loadBalancer, listener, loadBalancer, requested, transform);
  });
  if (plan.domain !== null && zone !== null) createRecord(scope, plan.domain, zone, loadBalancer);
  return { loadBalancer, listeners };
}
