import type { Behaviour } from './behaviour.ts';
import { CLOUDWATCH_BEHAVIOURS } from './cloudwatch.ts';
import { DEPLOYMENT_BEHAVIOURS } from './deployments.ts';
import { DYNAMODB_BEHAVIOURS } from './dynamodb.ts';
import { FARGATE_BEHAVIOURS } from './fargate.ts';
import { LOAD_BALANCER_BEHAVIOURS } from './load-balancer.ts';
import { PLACEMENT_BEHAVIOURS } from './placement.ts';
import { SCALING_BEHAVIOURS } from './scaling.ts';
import { SERVICE_CONNECT_BEHAVIOURS } from './service-connect.ts';

/** Every behaviour of AWS that this package follows, by area. The page docs/reference/behaviour.md is made from it. */
export const behaviours: readonly Behaviour[] = [
  ...LOAD_BALANCER_BEHAVIOURS,
  ...PLACEMENT_BEHAVIOURS,
  ...SCALING_BEHAVIOURS,
  ...CLOUDWATCH_BEHAVIOURS,
  ...DEPLOYMENT_BEHAVIOURS,
  ...FARGATE_BEHAVIOURS,
  ...SERVICE_CONNECT_BEHAVIOURS,
  ...DYNAMODB_BEHAVIOURS,
];
