import type { Names } from '../context.ts';
import type { Tracer } from '../mark.ts';

/** What the parts of the stores pass need. */
export interface StoreNeeds {
  readonly names: Names;
  readonly protect: boolean;
}

/** Gone with the environment, or kept where it is protected. */
export function removalOf<T extends 'retain' | 'snapshot'>(t: Tracer, protect: boolean, kept: T) {
  return t.derived<'destroy' | 'retain' | 'snapshot'>(
    protect ? kept : 'destroy',
    ['protect'],
    protect ? 'the environment is protected' : 'everything goes with its environment',
  );
}

/** The key that encrypts a store: a customer-managed one where it is asked for. */
export function customerKey(t: Tracer, given: boolean | undefined, key: string) {
  return t.read<boolean, string | null>(
    given,
    `stores.${key}.customerKey`,
    (wanted) => (wanted ? `store/${key}` : null),
    null,
    'encrypted with a key that AWS keeps, free of charge',
  );
}
