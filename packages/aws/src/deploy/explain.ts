import type { Plan } from '@breakwater/plan';
import type { Session } from '../session.ts';
import type { FailedResource } from '../stacks/progress.ts';
import type { StackToRun } from '../stacks/run-stacks.ts';
import { stoppedTasks } from './stopped-tasks.ts';

/** Gathers what explains the failures of services while it can still be found. */
export interface Explainer {
  readonly onFailure: (stack: StackToRun, failure: FailedResource) => void;
  /** Lines by stack name, once all are there. */
  readonly lines: () => Promise<ReadonlyMap<string, readonly string[]>>;
}

/** An explainer for the services of a plan. */
export function explainer(session: Session, plan: Plan | null): Explainer {
  const asked = new Map<string, Promise<readonly string[]>>();
  return {
    onFailure: ({ key, name }, { type }) => {
      const service = key.startsWith('service/') ? plan?.services[key.slice('service/'.length)] : undefined;
      if (plan === null || service === undefined || type !== 'AWS::ECS::Service' || asked.has(name)) return;
      asked.set(name, stoppedTasks(session, plan, service));
    },
    lines: async () =>
      new Map(await Promise.all([...asked].map(async ([name, lines]) => [name, await lines] as const))),
  };
}
