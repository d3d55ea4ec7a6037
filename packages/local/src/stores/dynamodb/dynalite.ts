import { createRequire } from 'node:module';

/** An item in DynamoDB's JSON. */
export type Item = Readonly<Record<string, AttributeValue>>;
export type AttributeValue = Readonly<Record<string, unknown>>;
/** A request of one operation after dynalite has checked it; it adds parsed expressions. */
export type Request = Record<string, unknown>;
export type Callback<Result = unknown> = (error: ActionError | null | undefined, result?: Result) => void;

/** What dynalite's functions give for a request that DynamoDB would refuse. */
export interface ActionError extends Error {
  statusCode?: number;
  body?: Record<string, unknown> & { __type: string; message?: string };
}

/** A table as dynalite keeps it: DynamoDB's own description. */
export interface TableDescription {
  readonly TableName: string;
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }[];
  readonly AttributeDefinitions: readonly {
    readonly AttributeName: string;
    readonly AttributeType: 'S' | 'N' | 'B';
  }[];
  readonly GlobalSecondaryIndexes?: readonly {
    readonly IndexName: string;
    readonly KeySchema: TableDescription['KeySchema'];
    readonly Projection: { readonly ProjectionType: 'ALL' };
  }[];
  readonly TableStatus?: string;
  readonly [field: string]: unknown;
}

/** One key space of the store, as dynalite's actions use it. */
export interface ItemDatabase {
  get(key: string, callback: Callback<Item>): void;
  put(key: string, value: unknown, callback: Callback): void;
  del(key: string, callback: Callback): void;
  lock(key: string, callback: (release: (next: Callback) => Callback) => void): void;
}

export interface BatchOperation {
  readonly type: 'put' | 'del';
  readonly key: string;
  readonly value?: unknown;
}

/** LevelDB. Values are JSON. */
export interface LevelDatabase {
  open(): Promise<void>;
  get(key: string): Promise<unknown>;
  put(key: string, value: unknown): Promise<void>;
  batch(operations: readonly BatchOperation[]): Promise<void>;
  iterator(range: { gte: string; lt: string }): AsyncIterable<[string, unknown]>;
  keys(range: { gte: string; lt: string }): AsyncIterable<string>;
  close(): Promise<void>;
}

/** What dynalite's actions work on. */
export interface DynaliteStore {
  readonly options: { readonly maxItemSize: number };
  readonly db: LevelDatabase;
  readonly tableDb: ItemDatabase & { awsAccountId: string; awsRegion: string };
  getItemDb(table: string): ItemDatabase;
  getIndexDb(kind: string, table: string, index: string): ItemDatabase;
  getTable(
    name: string,
    checkStatus: boolean | Callback<TableDescription>,
    callback?: Callback<TableDescription>,
  ): void;
}

export interface Operation {
  readonly types: Readonly<Record<string, unknown>>;
  readonly custom?: (request: Request, store: DynaliteStore) => string | null | undefined;
}

interface Database {
  create(options: { path: string; createTableMs: number }): DynaliteStore;
  createKey(item: Item, table: TableDescription): string;
  createIndexKey(item: Item, table: TableDescription, keys: TableDescription['KeySchema']): string;
  validateItem(item: Item, table: TableDescription): ActionError | null | undefined;
  validateKey(key: Item, table: TableDescription): ActionError | null | undefined;
  checkConditional(request: Request, item: Item | undefined): ActionError | null | undefined;
  validationError(message: string): ActionError;
  getIndexActions(
    indexes: readonly unknown[],
    before: Item | null | undefined,
    after: Item | null,
    table: TableDescription,
  ): {
    readonly puts: readonly { readonly index: string; readonly key: string; readonly item: Item }[];
    readonly deletes: readonly { readonly index: string; readonly key: string }[];
  };
}

interface Validations {
  checkTypes(request: unknown, types: Operation['types']): Request;
  checkValidations(
    request: Request,
    types: Operation['types'],
    custom: Operation['custom'],
    store: DynaliteStore,
  ): void;
}

const load = createRequire(import.meta.url);

// dynalite has no types. The shapes above are those of its version 4.0.0, to which package.json pins it; the tests of this
// folder go through each of them.
export const database = load('dynalite/db') as Database;
export const validations = load('dynalite/validations') as Validations;

type Action = (store: DynaliteStore, request: Request, callback: Callback<Record<string, unknown>>) => void;

/** Operations that are dynalite's own. The engine makes and changes tables, so what does that is left out. */
export const OPERATIONS = [
  'BatchGetItem',
  'BatchWriteItem',
  'DeleteItem',
  'DescribeTable',
  'GetItem',
  'ListTables',
  'PutItem',
  'Query',
  'Scan',
  'UpdateItem',
] as const;
export type OperationName = (typeof OPERATIONS)[number];

const fileOf = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);
const actions = new Map<string, Action>();
const checks = new Map<string, Operation>();
for (const name of [...OPERATIONS, 'CreateTable'] as const) {
  actions.set(name, load(`dynalite/actions/${fileOf(name)}`) as Action);
  checks.set(name, load(`dynalite/validations/${fileOf(name)}`) as Operation);
}

/** Checks a request as DynamoDB would; the result has its expressions parsed. @throws ActionError */
export function checkRequest(
  store: DynaliteStore,
  name: OperationName | 'CreateTable',
  request: unknown,
): Request {
  const { types, custom } = checks.get(name) ?? { types: {} };
  const checked = validations.checkTypes(request, types);
  validations.checkValidations(checked, types, custom, store);
  return checked;
}

/** Carries out a checked request. @throws ActionError */
export function runAction(
  store: DynaliteStore,
  name: OperationName | 'CreateTable',
  request: Request,
): Promise<Record<string, unknown>> {
  return new Promise((resolve, reject) => {
    const action = actions.get(name);
    if (action === undefined) throw new Error(`dynalite has no ${name}`);
    action(store, request, (error, result) => (error ? reject(error) : resolve(result ?? {})));
  });
}

/** A table's description. @throws ActionError ResourceNotFoundException */
export function getTable(store: DynaliteStore, name: string): Promise<TableDescription> {
  return new Promise((resolve, reject) => {
    store.getTable(name, true, (error, table) => {
      if (table !== undefined && !error) resolve(table);
      else reject(error ?? new Error(`Table ${name} could not be read.`));
    });
  });
}

/** An error in the form that dynalite's own have. */
export function actionError(
  type: string,
  message: string,
  fields: Record<string, unknown> = {},
): ActionError {
  const error: ActionError = new Error(message);
  error.statusCode = 400;
  error.body = { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message, ...fields };
  return error;
}
