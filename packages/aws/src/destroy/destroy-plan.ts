import type { Plan, StackPart } from '@breakwater/plan';
import { nounOf } from '../diff/names.ts';
import { nothingDeployed } from '../outputs.ts';
import type { Session } from '../session.ts';
import { type LiveStack, ownStacks, partOf, readTemplate } from '../stacks/read.ts';
import { type LiveResource, listResources } from '../stacks/resources.ts';
import { guardedKind, type Template } from '../stacks/template.ts';
import { mapLimited } from '../work.ts';

/** Something of value in a stack. */
export interface Valuable {
  readonly stack: string;
  readonly type: string;
  /** Physical name or ARN. */
  readonly name: string;
  /** `The table sessions-dev, with all its data` */
  readonly sentence: string;
}

/** What {@link destroy} would do. */
export interface DestroyPlan {
  readonly stacks: readonly {
    readonly name: string;
    readonly stack: StackPart;
    readonly resources: number;
  }[];
  /** What of value goes. */
  readonly goes: readonly Valuable[];
  /** What stays in the account, because the definition says so (`retain`, or a final `snapshot`). */
  readonly stays: readonly Valuable[];
  /** Why it is refused unless asked for explicitly, a sentence each; empty when nothing is protected. */
  readonly protected: readonly string[];
}

/** What stands in a system's stacks. */
export interface Inventory {
  readonly stacks: readonly LiveStack[];
  readonly resources: readonly LiveResource[];
  readonly templates: ReadonlyMap<string, Template>;
}

/** Reads what stands in a system's stacks. */
export async function readInventory(session: Session, plan: Plan): Promise<Inventory> {
  const stacks = await ownStacks(session, plan);
  const resources = await listResources(session, stacks);
  const templates = await mapLimited(stacks, 4, async ({ name }) => {
    return [name, (await readTemplate(session, name)) ?? {}] as const;
  });
  return { stacks, resources, templates: new Map(templates) };
}

/** What becomes of a resource when its stack is deleted. */
export function removalOf(
  { templates }: Inventory,
  { stack, logicalId }: LiveResource,
): 'destroy' | 'retain' | 'snapshot' {
  switch (templates.get(stack)?.Resources?.[logicalId]?.DeletionPolicy) {
    case 'Retain':
    case 'RetainExceptOnCreate':
      return 'retain';
    case 'Snapshot':
      return 'snapshot';
    default:
      return 'destroy';
  }
}

/**
 * What destroying a system would take away, what would stay, and what protects it.
 *
 * @throws AwsError `nothing-deployed`
 */
export async function destroyPlan(session: Session, plan: Plan): Promise<DestroyPlan> {
  const inventory = await readInventory(session, plan);
  if (inventory.stacks.length === 0) throw nothingDeployed(plan, session.region);
  const valuable = inventory.resources.flatMap((resource) => {
    const declared = inventory.templates.get(resource.stack)?.Resources?.[resource.logicalId];
    const kind = guardedKind(declared ?? { Type: resource.type });
    if (kind === null) return [];
    const noun = nounOf(declared ?? { Type: resource.type });
    return [{ resource, kind, noun, removal: removalOf(inventory, resource) }];
  });
  const describe = ({ resource, kind, noun, removal }: (typeof valuable)[number]): Valuable => {
    const name = resource.physicalId;
    const short = shortName(name);
    const fate =
      removal === 'destroy' ? WITH[kind] : removal === 'snapshot' ? ', but a final snapshot stays' : ' stays';
    return {
      stack: resource.stack,
      type: resource.type,
      name,
      sentence: `The ${noun} ${short}${fate ?? ''}`,
    };
  };
  return {
    stacks: inventory.stacks.map((stack) => ({
      name: stack.name,
      stack: partOf(stack, plan),
      resources: inventory.resources.filter((resource) => resource.stack === stack.name).length,
    })),
    goes: valuable.filter(({ removal }) => removal !== 'retain').map(describe),
    stays: valuable.filter(({ removal }) => removal !== 'destroy').map(describe),
    protected: protectionsOf(plan, inventory),
  };
}

/** What is in the account after its stack was deleted, a phrase each: what is retained, final snapshots, keys in their waiting time. */
export function remains(inventory: Inventory): readonly string[] {
  return inventory.resources.flatMap((resource) => {
    const declared = inventory.templates.get(resource.stack)?.Resources?.[resource.logicalId];
    const template = declared ?? { Type: resource.type };
    // Policies and the like are kept along with what they belong to.
    if (guardedKind(template) === null && resource.type !== 'AWS::Logs::LogGroup') return [];
    const what = `${nounOf(template)} ${shortName(resource.physicalId)}`;
    const removal = removalOf(inventory, resource);
    if (removal === 'retain') return [`the ${what}`];
    if (removal === 'snapshot') return [`a final snapshot of the ${what}`];
    return resource.type === 'AWS::KMS::Key' ? [`the ${what}, until its waiting time is over`] : [];
  });
}

const WITH: Readonly<Record<string, string>> = {
  database: ', with all its data',
  table: ', with all its data',
  bucket: ', with all its objects',
  secret: ', with its value',
  'image repository': ', with all its images',
};

/** Why a system is not destroyed just like that. */
export function protectionsOf(plan: Plan, { stacks }: Pick<Inventory, 'stacks'>): readonly string[] {
  return [
    ...(plan.protect ? [`The definition protects ${plan.env} (\`protect: true\`)`] : []),
    ...stacks.flatMap(({ name, terminationProtection }) =>
      terminationProtection ? [`The stack ${name} has termination protection`] : [],
    ),
  ];
}

/** The name in an ARN: `…:loadbalancer/app/alb-dev/50dc6c495c0c9188` is `alb-dev`. */
export function shortName(physicalId: string): string {
  if (!physicalId.startsWith('arn:')) return physicalId;
  const balancer = /:loadbalancer\/app\/([^/]+)\//.exec(physicalId)?.[1];
  return balancer ?? physicalId.split(/[:/]/).findLast((part) => part !== '') ?? physicalId;
}
