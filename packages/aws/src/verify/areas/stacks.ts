import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeStackDriftDetectionStatusCommand,
  DescribeStackResourceDriftsCommand,
  DescribeStacksCommand,
  DetectStackDriftCommand,
  type StackResourceDrift,
} from '@aws-sdk/client-cloudformation';
import type { Plan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import { compare, fact, failed, passed, skipped } from '../outcome.ts';

/** CloudFormation stacks, where the system was deployed with them: their state, and drift from their templates. */
export function stackChecks(plan: Plan): Check[] {
  return plan.stacks.flatMap(({ key, name }) => [
    check('stacks', `${key}.status`, `stack ${name} is in a settled state`, async (live) => {
      const status = await statusOf(live, name);
      if (status === null)
        return skipped(`There is no stack ${name}: the system was not deployed with CloudFormation.`);
      const settled = /^(CREATE|UPDATE|IMPORT)_COMPLETE$|^UPDATE_ROLLBACK_COMPLETE$/.test(status);
      return settled
        ? passed(status)
        : compare([fact('status', 'CREATE_COMPLETE or UPDATE_COMPLETE', status)]);
    }),
    check('stacks', `${key}.drift`, `what stack ${name} made is as its template says`, async (live) => {
      if ((await statusOf(live, name)) === null) {
        return skipped(`There is no stack ${name}: the system was not deployed with CloudFormation.`);
      }
      const drifts = (await detectDrift(live, name)).map(describeDrift).filter((text) => text !== null);
      return drifts.length === 0 ? passed('no drift') : failed('no drift', drifts.join('; '));
    }),
  ]);
}

async function statusOf({ clients }: Live, name: string): Promise<string | null> {
  try {
    const answer = await clients.cloudFormation.send(new DescribeStacksCommand({ StackName: name }));
    return answer.Stacks?.[0]?.StackStatus ?? null;
  } catch (error) {
    // CloudFormation has no error of its own for this.
    if (error instanceof Error && error.message.includes('does not exist')) return null;
    throw error;
  }
}

const POLL_MS = 2_000;
/** AWS takes some seconds a resource. */
const AT_MOST_MS = 300_000;

async function detectDrift({ clients, signal }: Live, name: string): Promise<StackResourceDrift[]> {
  const { cloudFormation } = clients;
  const { StackDriftDetectionId } = await cloudFormation.send(
    new DetectStackDriftCommand({ StackName: name }),
  );
  for (let waited = 0; ; waited += POLL_MS) {
    const { DetectionStatus, DetectionStatusReason } = await cloudFormation.send(
      new DescribeStackDriftDetectionStatusCommand({ StackDriftDetectionId }),
    );
    if (DetectionStatus === 'DETECTION_COMPLETE') break;
    // Resources that cannot be looked at fail the detection; what was found about the others is still there.
    if (DetectionStatus === 'DETECTION_FAILED') {
      throw new Error(
        `Drift of ${name} could not be detected: ${DetectionStatusReason ?? 'no reason given'}`,
      );
    }
    if (waited >= AT_MOST_MS)
      throw new Error(`Drift detection of ${name} took longer than ${AT_MOST_MS / 1000} s.`);
    await sleep(POLL_MS, undefined, signal === null ? {} : { signal });
  }
  const drifts: StackResourceDrift[] = [];
  let token: string | undefined;
  do {
    const page = await cloudFormation.send(
      new DescribeStackResourceDriftsCommand({
        StackName: name,
        StackResourceDriftStatusFilters: ['MODIFIED', 'DELETED'],
        NextToken: token,
      }),
    );
    drifts.push(...(page.StackResourceDrifts ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  return drifts;
}

/**
 * What autoscaling and ECS change by design: the desired count, and during blue/green the weights of listener rules and
 * which target group the service names.
 */
const OWNED: Readonly<Record<string, RegExp>> = {
  'AWS::ECS::Service':
    /^\/(DesiredCount|LoadBalancers\/\d+\/(TargetGroupArn|AdvancedConfiguration\/AlternateTargetGroupArn))$/,
  'AWS::ElasticLoadBalancingV2::ListenerRule':
    /^\/Actions\/\d+(\/ForwardConfig\/TargetGroups.*|\/TargetGroupArn)?$/,
  'AWS::ElasticLoadBalancingV2::Listener': /^\/DefaultActions\/\d+\/ForwardConfig\/TargetGroups.*$/,
};

/** A drift in words; null when only what AWS itself moves has changed. */
export function describeDrift(drift: StackResourceDrift): string | null {
  const { LogicalResourceId, ResourceType = '', StackResourceDriftStatus, PropertyDifferences } = drift;
  if (StackResourceDriftStatus === 'DELETED') return `${LogicalResourceId} is deleted`;
  const owned = OWNED[ResourceType];
  const all = (PropertyDifferences ?? []).flatMap(({ PropertyPath }) => PropertyPath ?? []);
  if (all.length === 0) return `${LogicalResourceId} is modified`;
  const paths = all.filter((path) => owned === undefined || !owned.test(path));
  return paths.length === 0 ? null : `${LogicalResourceId} ${paths.join(', ')}`;
}
