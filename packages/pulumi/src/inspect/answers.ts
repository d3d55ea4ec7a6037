import type { Answers, Created } from './inspect.ts';

/** Where a value comes from that only AWS, or Secrets Manager, knows. */
export type Origin =
  | {
      readonly kind: 'resource';
      readonly type: string;
      readonly name: string;
      /** `['dnsName']`; with more than one step a field of what the property holds. */
      readonly path: readonly string[];
    }
  | {
      readonly kind: 'call';
      /** Which of the program's calls: each asks for itself, and gets a password of its own. */
      readonly number: number;
      /** `aws:index/getPartition:getPartition` */
      readonly token: string;
      readonly args: Readonly<Record<string, unknown>>;
      readonly path: readonly string[];
    };

export interface AnswerOptions {
  /** Twelve digits; null: only AWS knows. */
  readonly account: string | null;
  /** The plan's: those that exist have the fields that it says. @default none */
  readonly secrets?: Readonly<Record<string, { readonly name: string; readonly fields: readonly string[] }>>;
  /** The text that stands for a value. */
  readonly word: (origin: Origin) => string;
  /** Properties that are answered by a word though they are given: those that are read back as references. */
  readonly known?: (created: Created) => readonly string[];
}

/** What functions of AWS's provider give, by their token: those that a system asks. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  'aws:index/getCallerIdentity:getCallerIdentity': ['accountId'],
  'aws:index/getPartition:getPartition': ['partition'],
  'aws:secretsmanager/getRandomPassword:getRandomPassword': ['randomPassword'],
  'aws:secretsmanager/getSecretVersion:getSecretVersion': ['secretString'],
  'aws:route53/getZone:getZone': ['zoneId'],
};

/** What a secret of a database holds, when the program only reads it. */
const CREDENTIALS = ['username', 'password'];

type Word = (path: readonly string[]) => string;

/** A JSON object with a word for each field: a secret's text, whose fields the program reads one by one. */
const fieldsText = (fields: readonly string[], key: string, word: Word): string =>
  JSON.stringify(Object.fromEntries(fields.map((field) => [field, word([key, field])])));

/** Properties that are more than one text. */
function structured({ type, inputs }: Created, word: Word): Readonly<Record<string, unknown>> {
  const { secretString, domainName } = inputs;
  if (type === 'aws:secretsmanager/secretVersion:SecretVersion' && typeof secretString === 'string') {
    const fields: unknown = JSON.parse(secretString);
    return { secretString: fieldsText(Object.keys(Object(fields)), 'secretString', word) };
  }
  if (type === 'aws:acm/certificate:Certificate') {
    const record = ['resourceRecordName', 'resourceRecordType', 'resourceRecordValue'].map((field) => [
      field,
      word(['domainValidationOptions', '0', field]),
    ]);
    return { domainValidationOptions: [{ domainName, ...Object.fromEntries(record) }] };
  }
  return {};
}

/** Answers that stand for what AWS would say: a word for each value, so that it can be told where each comes from. */
export function answersOf({ account, secrets = {}, word, known = () => [] }: AnswerOptions): Answers {
  let calls = 0;
  return {
    resource: (created) => {
      const { type, name, open } = created;
      const own: Word = (path) => word({ kind: 'resource', type, name, path });
      const state = Object.fromEntries([...open, ...known(created)].map((key) => [key, own([key])]));
      return { id: own(['id']), state: { ...state, ...structured(created, own) } };
    },
    call: (token, args) => {
      const fields = FIELDS[token];
      if (fields === undefined)
        throw new Error(`The program asks AWS ${token.split(':').at(-1)}, and nobody is here to answer.`);
      const number = calls++;
      const own: Word = (path) => word({ kind: 'call', number, token, args, path });
      const planned = Object.values(secrets).find(({ name }) => name === args['secretId'])?.fields ?? [];
      const ofSecret = [...new Set([...CREDENTIALS, ...planned])];
      return Object.fromEntries(
        fields.map((key) => {
          if (key === 'accountId' && account !== null) return [key, account];
          return [key, key === 'secretString' ? fieldsText(ofSecret, key, own) : own([key])];
        }),
      );
    },
  };
}

/**
 * Answers for people: what only AWS knows is `${shop-vpc.id}`, by the resource's name in Pulumi.
 *
 * @example
 * await inspect(programOf(definition), { answers: describedAnswers(plan) });
 */
export function describedAnswers({
  account,
  secrets = {},
}: Pick<AnswerOptions, 'account' | 'secrets'>): Answers {
  return answersOf({
    account,
    secrets,
    word: (origin) => {
      const from = origin.kind === 'resource' ? origin.name : (origin.token.split(':').at(-1) ?? '');
      return `\${${[from, ...origin.path].join('.')}}`;
    },
  });
}
