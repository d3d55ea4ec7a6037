import { DIAGNOSTICS, type Diagnostic, type Plan } from '@breakwater/plan';
import type { SystemStacks } from '../system-stacks.ts';
import type { Transform } from '../transform.ts';
import { type AcknowledgedFinding, acknowledge } from './acknowledged-finding.ts';
import { ACKNOWLEDGEMENTS, type Acknowledgement, acknowledgementOf } from './acknowledgements.ts';
import { applyRules } from './apply-rules.ts';
import { checkedSystem } from './checked-system.ts';
import { type Finding, findingOf, sortFindings } from './finding.ts';
import { type Synthesized, synthesizeAndJudge, type Violation } from './synthesized.ts';

/** What is checked. */
export interface CheckProps {
  readonly plan: Plan;
  /** As for `createStacks`: what it changes is checked too. */
  readonly transform?: Transform;
  /** As for `synthesize`: what it adds or changes is checked too. */
  readonly created?: (system: SystemStacks) => void;
  /** What `resolve` has found besides the plan. */
  readonly diagnostics?: readonly Diagnostic[];
  /**
   * Findings that may stay, besides our own list: by id and place, for every judge, or for cdk-nag and CloudFormation's validation with
   * a function that looks at the construct.
   */
  readonly acknowledgements?: readonly (AcknowledgedFinding | Acknowledgement)[];
}

/** Findings of ours that say more about something that the definition's checks have found too. */
const SAYS_MORE: Readonly<Record<string, string>> = { 'check/spot-only': 'BW1307' };

function judged(
  violations: readonly Violation[],
  source: 'cdk-nag' | 'cloudformation',
  { plan, acknowledgements = [] }: CheckProps,
): readonly Finding[] {
  const own = acknowledgements.filter((each) => 'applies' in each);
  return violations.map((violation) => ({
    id: violation.rule,
    severity: violation.severity,
    where: violation.path,
    what: violation.what,
    why:
      source === 'cdk-nag'
        ? "AWS's rules for well-built solutions (cdk-nag, AwsSolutions) ask for it."
        : "CloudFormation's schemas and rules ask for it.",
    fix: violation.fix ?? FIXES[violation.rule] ?? 'Change the definition, or what a transform changes.',
    source,
    acknowledged: acknowledgementOf(violation, plan, [...own, ...ACKNOWLEDGEMENTS])?.reason ?? null,
  }));
}

/** How the definition does what cdk-nag asks for. */
const FIXES: Readonly<Record<string, string>> = {
  'AwsSolutions-VPC7': 'Switch flow logs on: network: { flowLogs: true }.',
  'AwsSolutions-ELB2': 'Switch access logs on: loadBalancer: { accessLogs: true }.',
  'AwsSolutions-RDS3': 'Ask for a standby: postgres({ multiAz: true }).',
  'AwsSolutions-RDS10': 'Protect the environment: environments: { prod: { protect: true } }.',
  'AwsSolutions-RDS13': "Keep backups: postgres({ backups: '7 days' }).",
  'AwsSolutions-ECS4': "Switch Container Insights on: cluster: { insights: 'enabled' }.",
};

/** All findings about a system that has been synthesised already. */
export function findingsOf(
  props: CheckProps,
  { templates, nag, validation }: Synthesized,
): readonly Finding[] {
  const own = applyRules(checkedSystem(props.plan, templates));
  const replaced = new Set(
    own.flatMap(({ id, where }) => (SAYS_MORE[id] === undefined ? [] : [`${SAYS_MORE[id]} ${where}`])),
  );
  const definition = (props.diagnostics ?? [])
    .filter(({ code, path }) => !replaced.has(`${code} ${path}`))
    .map((diagnostic) => findingOf(diagnostic, DIAGNOSTICS[diagnostic.code].cause));
  const found = [
    ...definition,
    ...own,
    ...judged(nag, 'cdk-nag', props),
    ...judged(validation, 'cloudformation', props),
  ];
  const byPlace = (props.acknowledgements ?? []).filter((each) => !('applies' in each));
  return sortFindings(acknowledge(found, byPlace));
}

/**
 * Security and correctness before a deployment: what the definition's checks have found, our own rules, cdk-nag's AwsSolutions and
 * CloudFormation's own validation, on the plan and the templates made from it. Needs no AWS account.
 *
 * @example
 * const { plan, diagnostics } = resolve(definition, { env: 'prod' });
 * if (plan) {
 *   const findings = await check({ plan, diagnostics });
 *   process.exitCode = findings.some(isBlocking) ? 5 : 0;
 * }
 */
export async function check(props: CheckProps): Promise<readonly Finding[]> {
  return findingsOf(props, synthesizeAndJudge(props.plan, props.transform, props.created));
}
