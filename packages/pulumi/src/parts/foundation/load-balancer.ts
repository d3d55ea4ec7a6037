import {
  byKey,
  entry,
  type ListenerAction,
  type ListenerPlan,
  type LoadBalancerPlan,
} from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { child, idOf, named, protectedIn, type Scope, tagsOf } from '../../scope.ts';
import type { BucketResources } from '../bucket.ts';
import { createRecord, findHostedZone, requestCertificate } from './domain.ts';
import type { Network } from './network.ts';

function defaultAction(action: ListenerAction): aws.types.input.lb.ListenerDefaultAction {
  switch (action.kind) {
    case 'fixed-response':
      return {
        type: 'fixed-response',
        fixedResponse: {
          statusCode: String(action.statusCode),
          contentType: action.contentType,
          messageBody: action.body,
        },
      };
    case 'redirect':
      return {
        type: 'redirect',
        redirect: {
          protocol: action.protocol,
          port: String(action.port),
          statusCode: `HTTP_${action.statusCode}`,
        },
      };
    case 'forward':
      // Target groups belong to their service, and a deployment can only shift traffic on a rule.
      throw new Error(
        `The plan forwards what no rule takes to '${action.service}'. A service is reached by a rule, such as '/*'.`,
      );
  }
}

function createListener(
  scope: Scope,
  plan: ListenerPlan,
  loadBalancer: aws.lb.LoadBalancer,
  certificateOf: (listener: ListenerPlan) => pulumi.Input<string>,
): aws.lb.Listener {
  return new aws.lb.Listener(
    idOf(scope, plan.key),
    scope.transform('listener', plan.key, {
      loadBalancerArn: loadBalancer.arn,
      port: plan.port,
      protocol: plan.protocol,
      defaultActions: [defaultAction(plan.defaultAction)],
      ...(plan.tls === null ? {} : { certificateArn: certificateOf(plan), sslPolicy: plan.tls.policy }),
      tags: tagsOf(scope),
    }),
    // A port of a load balancer has one listener.
    child(scope, { deleteBeforeReplace: true }),
  );
}

/** The load balancer, its listeners, certificate and DNS record. Rules that lead to a service belong to that service. */
export function createLoadBalancer(
  scope: Scope,
  plan: LoadBalancerPlan,
  network: Network,
  securityGroups: Readonly<Record<string, aws.ec2.SecurityGroup>>,
  accessLogs: BucketResources | null,
): {
  readonly loadBalancer: aws.lb.LoadBalancer;
  readonly listeners: Readonly<Record<string, aws.lb.Listener>>;
} {
  const internetFacing = plan.scheme === 'internet-facing';
  const loadBalancer = new aws.lb.LoadBalancer(
    idOf(scope, 'load-balancer'),
    scope.transform('loadBalancer', 'loadBalancer', {
      name: plan.name,
      loadBalancerType: 'application',
      internal: !internetFacing,
      subnets: network.subnetsOf(plan.subnetTier).map(({ id }) => id),
      securityGroups: [entry(securityGroups, plan.securityGroup, 'security group').id],
      idleTimeout: plan.idleTimeoutSeconds,
      dropInvalidHeaderFields: plan.dropInvalidHeaders,
      enableDeletionProtection: plan.deletionProtection,
      ...(plan.accessLogs !== null && accessLogs !== null
        ? {
            accessLogs: {
              enabled: true,
              bucket: accessLogs.bucket.bucket,
              prefix: plan.accessLogs.prefix,
            },
          }
        : {}),
      tags: tagsOf(scope),
    }),
    named(scope, {
      ...protectedIn(scope),
      dependsOn: [
        ...(internetFacing ? network.internet : []),
        // Elastic Load Balancing writes a test object at once: the bucket's policy has to be there first.
        ...(accessLogs === null ? [] : [accessLogs.policy]),
      ],
    }),
  );

  const { domain } = plan;
  const zoneId = domain === null ? null : findHostedZone(scope, domain);
  let requested: pulumi.Output<string> | undefined;
  const certificateOf = ({ key, tls }: ListenerPlan): pulumi.Input<string> => {
    if (tls !== null && tls.certificateArn !== null) return tls.certificateArn;
    if (domain === null || zoneId === null)
      throw new Error(
        `The plan's listener '${key}' has neither a certificate nor a domain to request one for.`,
      );
    requested ??= requestCertificate(scope, domain, zoneId);
    return requested;
  };
  const listeners = byKey(plan.listeners, (listener) =>
    createListener(scope, listener, loadBalancer, certificateOf),
  );
  if (domain !== null && zoneId !== null) createRecord(scope, domain, zoneId, loadBalancer);
  return { loadBalancer, listeners };
}
