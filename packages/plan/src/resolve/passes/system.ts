import { TAGS } from '../../data/names.ts';
import { type Diagnostic, diagnostic } from '../../diagnostics/diagnostic.ts';
import { join } from '../../path.ts';
import type { Plan } from '../../plan/plan.ts';
import { PLAN_FORMAT } from '../../plan/plan.ts';
import type { Context, Result } from '../context.ts';
import { sorted } from '../context.ts';
import type { Draft, Marked, Tracer } from '../mark.ts';
import { fillPlaceholders } from '../naming.ts';

type Tags = Readonly<Record<string, string>>;

/** The system's tags with those of one resource laid over them. */
export function tagsOf(context: Context, t: Tracer, own: Tags | undefined, path: string): Draft<Tags> {
  const { definition, env, region } = context;
  const fill = (text: string) => fillPlaceholders(text, { env, system: definition.name, region });
  const standard: Readonly<Record<string, Marked<string>>> = {
    Environment: t.derived(env, ['env'], 'the environment'),
    ManagedBy: t.defaulted('Breakwater', 'tags.ManagedBy', 'says what to change to change the resource'),
    Project: t.derived(definition.name, ['name'], "the system's name"),
  };
  const given = (tags: Tags | undefined, at: string) =>
    Object.fromEntries(
      sorted(tags).map(([key, value]) => [key, t.given<string>(fill(value), join(at, key))]),
    );
  return Object.fromEntries(
    sorted<Draft<string>>({ ...standard, ...given(definition.tags, 'tags'), ...given(own, path) }),
  );
}

function checkTags(
  tags: Tags | undefined,
  path: string,
  source: (path: string) => string,
): readonly Diagnostic[] {
  return sorted(tags).flatMap(([key, value]) => {
    const bad = /^aws:/i.test(key) || key.length > TAGS.key || value.length > TAGS.value;
    return bad ? [diagnostic('BW1108', source(join(path, key)), { key })] : [];
  });
}

export type SystemParts = {
  readonly [K in 'format' | 'defaults' | 'system' | 'env' | 'region' | 'account' | 'tags']: Draft<Plan[K]>;
};

/** What the whole system has: its name, place, tags and protection. */
export function system(
  _: unknown,
  context: Context,
): Result<{ readonly base: SystemParts & { readonly protect: Draft<boolean> }; readonly protect: boolean }> {
  const t = context.tracer('system');
  const { definition, env, region, account, source } = context;
  const found = [
    ...checkTags(definition.tags, 'tags', source),
    ...sorted(definition.services).flatMap(([key, service]) =>
      checkTags(service.tags, `services.${key}.tags`, source),
    ),
    ...sorted(definition.stores).flatMap(([key, store]) =>
      'tags' in store ? checkTags(store.tags, `stores.${key}.tags`, source) : [],
    ),
  ];
  return {
    added: {
      base: {
        format: t.derived(PLAN_FORMAT, [], 'the format of plans that this version writes'),
        defaults: t.option<string>(
          definition.defaults,
          'defaults',
          '2026-11',
          'the newest defaults of this version',
        ),
        system: t.given(definition.name, 'name'),
        env: t.derived(env, ['env'], 'the environment asked for'),
        region:
          region === definition.region
            ? t.given(region, 'region')
            : t.derived(region, ['region'], 'the Region asked for'),
        account: t.derived<string | null>(
          account,
          ['account'],
          account === null ? 'no account was asked for; each target uses its own' : 'the account asked for',
        ),
        protect: t.option(definition.protect, 'protect', false, 'everything goes with its environment'),
        tags: tagsOf(context, t, undefined, 'tags'),
      },
      protect: definition.protect ?? false,
    },
    found,
  };
}
