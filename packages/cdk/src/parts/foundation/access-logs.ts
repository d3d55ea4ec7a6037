import type { Plan } from '@breakwater/plan';
import { Stack } from 'aws-cdk-lib';
import type * as elbv2 from 'aws-cdk-lib/aws-elasticloadbalancingv2';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { entry } from '../../entry.ts';
import type { ApplyTransform } from '../../transform.ts';
import { createBucket } from '../bucket.ts';

/** The bucket of the load balancer's access logs; null when they are off. */
export function createAccessLogs(scope: Construct, plan: Plan, transform: ApplyTransform): s3.Bucket | null {
  const accessLogs = plan.loadBalancer?.accessLogs ?? null;
  if (accessLogs === null) return null;
  const stack = Stack.of(scope);
  const bucket = createBucket(scope, entry(plan.buckets, accessLogs.bucket, 'bucket'), {}, transform);
  // https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
  bucket.addToResourcePolicy(
    new iam.PolicyStatement({
      sid: 'LoadBalancerLogs',
      principals: [new iam.ServicePrincipal('logdelivery.elasticloadbalancing.amazonaws.com')],
      actions: ['s3:PutObject'],
      resources: [bucket.arnForObjects(`${accessLogs.prefix}/AWSLogs/${stack.account}/*`)],
      conditions: {
        ArnLike: {
          'aws:SourceArn': stack.formatArn({
            service: 'elasticloadbalancing',
            resource: 'loadbalancer',
            resourceName: '*',
          }),
        },
      },
    }),
  );
  return bucket;
}

/**
 * Sends access logs to the bucket. Not by `logAccessLogs`, which still lets in the accounts that AWS used before there
 * was a service principal.
 */
export function sendAccessLogs(
  loadBalancer: elbv2.ApplicationLoadBalancer,
  bucket: s3.Bucket,
  prefix: string,
): void {
  loadBalancer.setAttribute('access_logs.s3.enabled', 'true');
  loadBalancer.setAttribute('access_logs.s3.bucket', bucket.bucketName);
  loadBalancer.setAttribute('access_logs.s3.prefix', prefix);
  // Elastic Load Balancing writes a test object at once: the policy has to be there first.
  if (bucket.policy !== undefined) loadBalancer.node.addDependency(bucket.policy);
}
