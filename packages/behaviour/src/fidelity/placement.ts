import type { Behaviour } from './behaviour.ts';

/** What is followed in `placement`. */
export const PLACEMENT_BEHAVIOURS = [
  {
    id: 'placement.base-first',
    title: 'Base, then weights',
    statement:
      'The base is filled first, the rest spread by weight; a provider with weight 0 gets nothing beyond its base.',
    mark: 'documented',
    source: 'ECS-CPSI',
    module: 'placement/capacity-provider-split.ts',
    constants: ['CAPACITY_PROVIDER_LIMITS'],
    test: 'adds up, fills the base first and gives weight 0 nothing beyond it',
  },
  {
    id: 'placement.split-rounding',
    title: 'Rounding of small counts',
    statement:
      'Not documented. We place task by task where placed/weight is lowest, so that a growing count never moves a task; largest remainder is a parameter. Expect a difference of one.',
    mark: 'inferred',
    source: 'ECS-CPSI',
    module: 'placement/capacity-provider-split.ts',
    constants: ['DEFAULT_SPLIT_ROUNDING'],
    test: 'follows the greedy column for 1 to 10 tasks with base 1, weights 30 and 70',
  },
  {
    id: 'placement.provider-to-stop',
    title: 'Provider that loses a task',
    statement:
      'On scale-in the provider furthest above its share loses a task; AWS says only that it keeps the ratio.',
    mark: 'inferred',
    source: 'FG-CP',
    module: 'placement/capacity-provider-choice.ts',
    constants: [],
    test: 'to stop on leads back along the same splits',
  },
  {
    id: 'placement.no-fallback',
    title: 'Spot is replaced by Spot',
    statement: 'Missing Spot capacity is never replaced by on-demand.',
    mark: 'documented',
    source: 'FG-CP',
    module: 'placement/capacity-provider-choice.ts',
    constants: [],
    test: 'to launch on replaces what was lost: Spot for Spot, base for base',
  },
  {
    id: 'placement.zone-spread',
    title: 'Spread over zones',
    statement: 'Tasks start in the emptiest zone; each capacity provider is spread on its own.',
    mark: 'documented',
    source: 'ECS-AZ',
    module: 'placement/zone-spread.ts',
    constants: [],
    test: 'keeps each provider within one task of balance',
  },
  {
    id: 'placement.task-to-stop',
    title: 'Task to stop',
    statement:
      'The fullest zone loses a task, unhealthy ones first; which of several equal ones is not documented.',
    mark: 'inferred',
    source: 'ECS-AZ',
    module: 'placement/zone-spread.ts',
    constants: ['TASK_TO_STOP_AMONG_EQUALS'],
    test: 'is in the fullest zone of its provider, and there the newest',
  },
  {
    id: 'placement.rebalancing',
    title: 'Availability Zone rebalancing',
    statement:
      'In steady state only: start in the emptiest zone, wait until healthy, stop in the fullest. Not with maximumPercent 100.',
    mark: 'documented',
    source: 'ECS-AZ',
    module: 'placement/zone-rebalancing.ts',
    constants: [],
    test: 'starts in the emptiest zone before it stops in the fullest',
  },
] as const satisfies readonly Behaviour[];
