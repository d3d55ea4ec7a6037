import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { TYPES } from './types.ts';
import { revealed, type Value, type Values } from './values.ts';

/** Something that is there. */
export interface Existing {
  readonly urn: string;
  readonly type: string;
  readonly id: string;
  /** The part of its id or ARN that nobody else can have. */
  readonly made: string;
  readonly inputs: Values;
  /** What the provider tells of it: its arguments and what was made up. */
  readonly state: Values;
}

/** A line of the account's log. */
export interface Entry {
  readonly action: 'create' | 'update' | 'delete';
  readonly urn: string;
  readonly id: string;
  /** Resources that still mention the one that is deleted, by URN. */
  readonly mentionedBy?: readonly string[];
}

/** Resources of an account, in a file: what one run has created the next one finds. */
export interface Account {
  get(type: string, id: string): Existing | undefined;
  find(type: string, that: (each: Existing) => boolean): Existing | undefined;
  /** @throws Error when there is one of that name */
  create(resource: Existing): void;
  /** @throws Error when it is not there */
  update(resource: Omit<Existing, 'made'>): void;
  /** @throws Error when it is not there */
  delete(type: string, id: string): void;
}

/** Files of an account in a folder. */
export const accountFiles = (folder: string) => ({
  resources: `${folder}/account.json`,
  log: `${folder}/account.log`,
});

/** Puts a secret into a new account that was there before: for systems that read one. */
export function seedSecret(folder: string, name: string, value: Values): void {
  const inputs = { secretId: name, secretString: JSON.stringify(value) };
  const type = 'aws:secretsmanager/secretVersion:SecretVersion';
  const existing: Existing = {
    urn: `made by hand::${name}`,
    type,
    id: name,
    made: name,
    inputs,
    state: inputs,
  };
  writeFileSync(accountFiles(folder).resources, JSON.stringify([existing]));
}

const text = (value: Value | undefined): string => String(value ?? '');

/** What no other of the type has: its name and what that is unique within; null where AWS makes the name. */
function identityOf({ type, inputs }: Existing): string | null {
  const { name, within = [] } = TYPES[type] ?? {};
  if (name === undefined || inputs[name] === undefined) return null;
  return [name, ...within].map((key) => text(revealed(inputs[key] ?? null))).join(' in ');
}

/** Opens the account in a folder. */
export function openAccount(folder: string): Account {
  const files = accountFiles(folder);
  const read = (): readonly Existing[] =>
    // Written below, by this and by earlier runs.
    existsSync(files.resources) ? (JSON.parse(readFileSync(files.resources, 'utf8')) as Existing[]) : [];
  const keyOf = (type: string, id: string) => `${type} ${id}`;
  const there = new Map(read().map((each) => [keyOf(each.type, each.id), each]));
  const save = (entry: Entry): void => {
    writeFileSync(files.resources, JSON.stringify([...there.values()], null, 1));
    appendFileSync(files.log, `${JSON.stringify(entry)}\n`);
  };
  const must = (type: string, id: string): Existing => {
    const found = there.get(keyOf(type, id));
    if (found === undefined) throw new Error(`There is no ${type} '${id}'.`);
    return found;
  };
  return {
    get: (type, id) => there.get(keyOf(type, id)),
    find: (type, that) => [...there.values()].find((each) => each.type === type && that(each)),
    create: (resource) => {
      const { urn, type, id } = resource;
      const identity = identityOf(resource);
      const taken = [...there.values()].find(
        (each) => each.type === type && identity !== null && identityOf(each) === identity,
      );
      if (taken !== undefined) throw new Error(`${type} already exists: ${identity} (${taken.urn}).`);
      there.set(keyOf(type, id), resource);
      save({ action: 'create', urn, id });
    },
    update: (resource) => {
      const { urn, type, id } = resource;
      there.set(keyOf(type, id), { ...resource, made: must(type, id).made });
      save({ action: 'update', urn, id });
    },
    delete: (type, id) => {
      const { urn, made } = must(type, id);
      there.delete(keyOf(type, id));
      const mentions = ({ inputs }: Existing) => JSON.stringify(revealed(inputs)).includes(made);
      const mentionedBy = [...there.values()].filter(mentions).map((each) => each.urn);
      save({ action: 'delete', urn, id, mentionedBy });
    },
  };
}
