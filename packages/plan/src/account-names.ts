import type { Plan } from './plan/plan.ts';

/** Names of the plan's buckets that hold a hash of the account, because nobody gave them one: with another account they are others. */
export function accountNames({ buckets, origins }: Plan): readonly string[] {
  return Object.values(buckets).flatMap(({ key, name }) =>
    origins[`buckets.${key}.name`]?.kind === 'given' ? [] : [name],
  );
}
