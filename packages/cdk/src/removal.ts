import type { RemovalPlan } from '@breakwater/plan';
import { RemovalPolicy } from 'aws-cdk-lib';

/** What CloudFormation does with a resource that leaves the template, by the plan's word for it. */
export const REMOVAL_POLICIES: Readonly<Record<RemovalPlan, RemovalPolicy>> = {
  destroy: RemovalPolicy.DESTROY,
  retain: RemovalPolicy.RETAIN,
  snapshot: RemovalPolicy.SNAPSHOT,
};
