import type { SourceKey } from './sources.ts';

/** The part of AWS a behaviour belongs to; also the folder of its module. */
export type BehaviourArea =
  | 'load-balancer'
  | 'placement'
  | 'scaling'
  | 'cloudwatch'
  | 'deployments'
  | 'fargate'
  | 'service-connect'
  | 'dynamodb';

/**
 * How sure we are: `documented` by AWS and followed exactly; `observed` in real accounts or reported by users;
 * `inferred` where AWS says nothing. The last two sit behind a named constant or parameter.
 */
export type BehaviourMark = 'documented' | 'observed' | 'inferred';

/** One behaviour of AWS that this package follows. */
export interface Behaviour {
  /** Stable, never reused: `<area>.<name>`. */
  readonly id: `${BehaviourArea}.${string}`;
  readonly title: string;
  /** What AWS does and we do. */
  readonly statement: string;
  readonly mark: BehaviourMark;
  readonly source: SourceKey;
  /** File below `src`. */
  readonly module: `${BehaviourArea}/${string}.ts`;
  /** Exported constants that hold the numbers. */
  readonly constants: readonly string[];
  /** The test that proves it: name of the `it`, in one of the area's test files. */
  readonly test: string;
}

/** Area of a behaviour. */
export function areaOf(behaviour: Behaviour): BehaviourArea {
  // The type of `module` says that it begins with an area and a slash.
  return behaviour.module.slice(0, behaviour.module.indexOf('/')) as BehaviourArea;
}
