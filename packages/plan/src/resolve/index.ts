import { checkDefinition } from '../checks/definition.ts';
import { checkPlan } from '../checks/plan.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { sortDiagnostics } from '../diagnostics/format.ts';
import type { Plan } from '../plan/plan.ts';
import { tracer } from './mark.ts';
import { alarms } from './passes/alarms.ts';
import { assemble, type PlanDraft } from './passes/assemble.ts';
import { connect } from './passes/connect.ts';
import { containers } from './passes/containers.ts';
import { dashboard } from './passes/dashboard.ts';
import { deployment } from './passes/deployment.ts';
import { grants } from './passes/grants.ts';
import { links } from './passes/links.ts';
import { logs } from './passes/logs.ts';
import { names } from './passes/names.ts';
import { network } from './passes/network.ts';
import { outputs } from './passes/outputs.ts';
import { routing } from './passes/routing.ts';
import { scaling } from './passes/scaling.ts';
import { secrets } from './passes/secrets.ts';
import { securityGroups } from './passes/security-groups.ts';
import { stacks } from './passes/stacks.ts';
import { stores } from './passes/stores.ts';
import { system } from './passes/system.ts';
import { tracing } from './passes/tracing.ts';
import { pipeline } from './pipeline.ts';
import { prepare, type ResolveOptions } from './prepare.ts';
import { seal } from './seal.ts';

/** The passes, in order. Each adds its part of the plan; none changes what another has added. */
const passes = pipeline()
  .step(system)
  .step(names)
  .step(network)
  .step(stores)
  .step(secrets)
  .step(containers)
  .step(scaling)
  .step(connect)
  .step(routing)
  .step(deployment)
  .step(tracing)
  .step(links)
  .step(securityGroups)
  .step(logs)
  .step(grants)
  .step(alarms)
  .step(dashboard)
  .step(outputs)
  .step(stacks)
  .step(assemble);

/** The plan, or null when a finding is an error, and all findings. */
export interface Resolution {
  readonly plan: Plan | null;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Decides everything about a system for one environment. It takes any value, never throws for what an author can get wrong,
 * and reports all findings at once. The same definition and options always give the same plan, byte for byte.
 *
 * @example
 * const { plan, diagnostics } = resolve(definition, { env: 'dev' });
 */
export function resolve(definition: unknown, options: ResolveOptions): Resolution {
  const prepared = prepare(definition, options);
  const context = { ...prepared, tracer: (pass: string) => tracer(pass, prepared.source) };
  const { draft, found } = passes.run(context);
  const { value, origins } = seal<PlanDraft>(draft.plan);
  const plan: Plan = Object.freeze({ ...value, origins });
  const further = Array.isArray(options?.checks) ? options.checks : [];
  const all = [
    ...prepared.found,
    ...checkDefinition(context),
    ...found,
    ...checkPlan(plan),
    ...further.flatMap((check) => check(plan)),
  ];
  const diagnostics = Object.freeze(sortDiagnostics(unique(all)).map((each) => Object.freeze(each)));
  return Object.freeze({
    plan: diagnostics.some(({ severity }) => severity === 'error') ? null : plan,
    diagnostics,
  });
}

function unique(all: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(all.map((each) => [`${each.code}\n${each.path}\n${each.message}`, each])).values()];
}
