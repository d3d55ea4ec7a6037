import type { StackPart } from '@breakwater/plan';
import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { addOutputs } from './outputs.ts';
import { createParts, type SystemParts } from './system-parts.ts';
import type { SystemProps } from './system-props.ts';

/** A system in stacks of its own, and everything in them. */
export interface SystemStacks extends SystemParts {
  /** In an order in which each comes after those it depends on; the keys are those of `plan.stacks`. */
  readonly stacks: ReadonlyMap<StackPart, Stack>;
}

// A construct with this id leaves no trace in the logical ids of what is in it.
// https://docs.aws.amazon.com/cdk/v2/guide/identifiers.html
const HIDDEN = 'Default';

/**
 * Creates the stacks of a system in an app: repositories first, so that images can be pushed before any service asks for one, then
 * what lives long, then each service. See docs/decisions/0008-stacks.md.
 *
 * @example
 * const app = createApp();
 * const { services } = createStacks(app, { plan });
 * services.api.service.node.addDependency(something);
 */
export function createStacks(app: Construct, props: SystemProps): SystemStacks {
  const { plan } = props;
  const stacks = new Map<StackPart, Stack>();
  for (const { key, name, description, dependsOn } of plan.stacks) {
    const stack = new StackInZones(app, name, {
      zones: plan.network.zones,
      stackName: name,
      description,
      env: { region: plan.region, ...(plan.account === null ? {} : { account: plan.account }) },
      terminationProtection: plan.protect && (key === 'foundation' || key === 'data'),
    });
    for (const each of dependsOn) stack.addStackDependency(stackOf(each), `${key} stands on ${each}`);
    stacks.set(key, stack);
  }
  // A system without stores or repositories has no stack for them; their parts are empty then and stand with the foundation.
  function stackOf(part: StackPart): Stack {
    const stack = stacks.get(part) ?? stacks.get('foundation');
    if (stack === undefined) throw new Error(`the plan has no stack ${part}`);
    return stack;
  }
  const parts = createParts(props, (part) => [stackOf(part), stacks.has(part) ? HIDDEN : part]);
  for (const [key, stack] of stacks) addOutputs(stack, plan, key, parts);
  return { stacks, ...parts };
}

/** A stack that knows its availability zones from the plan. CDK would ask the account for them while it synthesises. */
class StackInZones extends Stack {
  readonly #zones: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    { zones, ...props }: StackProps & { readonly zones: readonly string[] },
  ) {
    super(scope, id, props);
    this.#zones = zones;
  }

  override get availabilityZones(): string[] {
    return [...this.#zones];
  }
}
