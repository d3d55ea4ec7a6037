import type { SecretDefinition } from '../../definition/stores.ts';
import type { KeyPlan, RemovalPlan, RotationPlan, SecretPlan } from '../../plan/stores.ts';
import type { Context, Names, Result } from '../context.ts';
import { sorted } from '../context.ts';
import type { Draft, Tracer } from '../mark.ts';
import { days, isDatabase } from '../shapes.ts';

interface Needs {
  readonly names: Names;
  readonly protect: boolean;
}

export interface SecretParts {
  readonly secrets: Readonly<Record<string, Draft<SecretPlan>>>;
  readonly keys: Readonly<Record<string, Draft<KeyPlan>>>;
}

/** JSON keys of the secret that belongs to a database. */
export function credentialFields(credentials: SecretDefinition | undefined): readonly string[] {
  if (credentials?.kind === 'generated-secret')
    return ['username', 'password', 'engine', 'host', 'port', 'dbname'];
  return credentials?.fields ?? ['username', 'password'];
}

function secretPlan(
  t: Tracer,
  key: string,
  at: string,
  given: SecretDefinition | undefined,
  fields: readonly string[],
  { names, protect }: Needs,
): Draft<SecretPlan> {
  const opensDatabase = key.startsWith('database/');
  const common = { key: t.derived(key, [at], 'its key'), name: names('secret', key) };
  if (given?.kind !== 'generated-secret') {
    return {
      ...common,
      kind:
        given === undefined
          ? t.defaulted('existing', at, 'a secret is never created unasked')
          : t.given('existing', at),
      fields: t.option<readonly string[]>(given?.fields, `${at}.fields`, fields, 'what a database needs'),
    };
  }
  const rules = {
    length: given.length ?? 32,
    plain: given.plain ?? true,
    space: !opensDatabase && given.plain === false,
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html#RDS_Limits.Constraints
    excluded: opensDatabase && given.plain === false ? `/@"'` : '',
  };
  return {
    ...common,
    kind: t.given('generated', at),
    fields: t.derived<readonly string[]>(fields, [at], 'what Secrets Manager keeps for it'),
    username: t.option(given.username, `${at}.username`, 'dbadmin', 'admin and rdsadmin are reserved'),
    passwordLength: t.option(given.length, `${at}.length`, 32, 'beyond any guessing'),
    excludePunctuation: t.option(
      given.plain,
      `${at}.plain`,
      true,
      'a password that needs no escaping in any URL',
    ),
    excludeSpace: opensDatabase
      ? t.derived(true, [at], 'RDS takes no space in a password')
      : t.option(given.plain, `${at}.plain`, true, 'a password that needs no escaping in any URL'),
    excludeCharacters: t.derived(
      rules.excluded,
      [at],
      opensDatabase ? 'RDS takes none of these in a password' : 'whatever else is allowed may come',
    ),
    rotationDays: t.read<string, number | null>(
      given.rotate,
      `${at}.rotate`,
      days,
      null,
      'running tasks keep the password they started with',
    ),
    rotation:
      given.rotate === undefined
        ? t.derived<RotationPlan | null>(null, [`${at}.rotate`], 'it is not rotated')
        : t.derived<RotationPlan | null>(
            {
              logGroup: `rotation/${key}`,
              database: opensDatabase ? key.slice('database/'.length) : null,
              // Setting a database's password can take minutes.
              timeoutSeconds: opensDatabase ? 900 : 60,
              environment: {
                PASSWORD_LENGTH: String(rules.length),
                EXCLUDE_PUNCTUATION: String(rules.plain),
                EXCLUDE_CHARACTERS: rules.excluded,
                INCLUDE_SPACE: String(rules.space),
              },
            },
            [`${at}.rotate`],
            'a function of our own, which needs no place in the VPC',
          ),
    encryptionKey: t.defaulted<string | null>(
      null,
      at,
      'encrypted with a key that AWS keeps, free of charge',
    ),
    removal: t.derived<RemovalPlan>(protect ? 'retain' : 'destroy', ['protect'], 'as the data that it opens'),
  };
}

/** Secrets of databases and services, and customer-managed keys. */
export function secrets(draft: Needs, context: Context): Result<SecretParts> {
  const t = context.tracer('secrets');
  const { definition } = context;
  const secretEntries = sorted(definition.stores).flatMap(
    ([key, store]): readonly (readonly [string, Draft<SecretPlan>])[] => {
      const at = `stores.${key}`;
      if (isDatabase(store)) {
        const id = `database/${key}`;
        return [
          [
            id,
            secretPlan(
              t,
              id,
              `${at}.credentials`,
              store.credentials,
              credentialFields(store.credentials),
              draft,
            ),
          ],
        ];
      }
      if (store.kind === 'existing-secret')
        return [[key, secretPlan(t, key, at, store, store.fields ?? ['username', 'password'], draft)]];
      if (store.kind === 'generated-secret')
        return [[key, secretPlan(t, key, at, store, ['username', 'password'], draft)]];
      return [];
    },
  );
  const removal = t.derived<RemovalPlan>(
    draft.protect ? 'retain' : 'destroy',
    ['protect'],
    'as the data that it encrypts',
  );
  const keyPlan = (key: string, at: string, logGroups: Draft<readonly string[]>) =>
    t.given<KeyPlan>(
      {
        key,
        alias: draft.names('key-alias', key),
        rotation: t.defaulted(true, at, 'a key changes every year without anyone noticing'),
        logGroups,
        removal,
      },
      at,
    );
  const storeKeys = sorted(definition.stores).flatMap(([key, store]) =>
    'customerKey' in store && store.customerKey === true
      ? [[`store/${key}`, keyPlan(`store/${key}`, `stores.${key}.customerKey`, [])] as const]
      : [],
  );
  return { added: { secrets: Object.fromEntries(secretEntries), keys: Object.fromEntries(storeKeys) } };
}
