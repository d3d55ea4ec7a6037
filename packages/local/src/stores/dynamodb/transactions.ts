import { createHash } from 'node:crypto';
import {
  type ActionError,
  actionError,
  type BatchOperation,
  checkRequest,
  type DynaliteStore,
  database,
  getTable,
  type Item,
  type OperationName,
  type Request,
  runAction,
} from './dynalite.ts';
import type { KeyedLock } from './keyed-lock.ts';
import { createWriteView, itemPrefix } from './write-view.ts';

/** Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html */
export const MAX_TRANSACTION_ITEMS = 100;
/** How long a `ClientRequestToken` is remembered. Source: as above. */
export const TOKEN_LIFE_MS = 10 * 60_000;
export const TOKEN_PREFIX = 'token~';

const KINDS = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  // Has a key and a condition, as a deletion has.
  ConditionCheck: 'DeleteItem',
} as const satisfies Record<string, OperationName>;
type Kind = keyof typeof KINDS;

interface Step {
  readonly kind: Kind;
  readonly request: Request;
  readonly table: string;
  readonly lock: string;
  readonly returnOnFailure: boolean;
}

interface CancellationReason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

interface Token {
  readonly hash: string;
  readonly at: number;
}

/** All or nothing, over tables and items. @throws ActionError */
export async function transactWrite(
  store: DynaliteStore,
  locks: KeyedLock,
  input: Record<string, unknown>,
  now: number,
): Promise<Record<string, unknown>> {
  const entries = listOf(input['TransactItems']);
  const steps: Step[] = [];
  for (const entry of entries) steps.push(await readStep(store, entry));
  const itemLocks = steps.map(({ lock }) => lock);
  refuseDuplicates(itemLocks);
  const token = typeof input['ClientRequestToken'] === 'string' ? input['ClientRequestToken'] : null;
  const tokenKey = token === null ? null : TOKEN_PREFIX + token;
  return locks.hold(tokenKey === null ? itemLocks : [...itemLocks, tokenKey], async () => {
    const hash = createHash('sha256').update(JSON.stringify(entries)).digest('hex');
    if (tokenKey !== null && (await wasDone(store, tokenKey, hash, now))) return {};
    const view = createWriteView(store);
    const reasons: CancellationReason[] = [];
    for (const step of steps) reasons.push(await attempt(view, step));
    if (reasons.some(({ Code }) => Code !== 'None')) throw cancelled(reasons);
    const remembered: BatchOperation[] =
      tokenKey === null ? [] : [{ type: 'put', key: tokenKey, value: { hash, at: now } satisfies Token }];
    await view.commit(remembered);
    return {};
  });
}

/** Reads several items at one moment. @throws ActionError */
export async function transactGet(
  store: DynaliteStore,
  locks: KeyedLock,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const gets = await Promise.all(
    listOf(input['TransactItems']).map(async (entry) => {
      const request = checkRequest(store, 'GetItem', { ...recordOf(recordOf(entry)['Get']) });
      return { request, lock: await lockOf(store, request) };
    }),
  );
  refuseDuplicates(gets.map(({ lock }) => lock));
  return locks.hold(
    gets.map(({ lock }) => lock),
    async () => {
      const answers = await Promise.all(gets.map(({ request }) => runAction(store, 'GetItem', request)));
      return { Responses: answers.map(({ Item: item }) => (item === undefined ? {} : { Item: item })) };
    },
  );
}

/** The lock on the item that a checked request is about. @throws ActionError */
export async function lockOf(store: DynaliteStore, request: Request): Promise<string> {
  // A checked request has a table's name and, but for PutItem, a key.
  const name = request['TableName'] as string;
  const key = (request['Key'] ?? request['Item']) as Item;
  const table = await getTable(store, name);
  const problem =
    request['Key'] === undefined ? database.validateItem(key, table) : database.validateKey(key, table);
  if (problem) throw problem;
  return itemPrefix(name) + database.createKey(key, table);
}

async function readStep(store: DynaliteStore, entry: unknown): Promise<Step> {
  const found = Object.entries(recordOf(entry)).filter(([, value]) => value !== undefined && value !== null);
  const [kind, body] = found[0] ?? [];
  if (found.length !== 1 || kind === undefined || !isKind(kind))
    throw database.validationError('TransactItems can only contain one of Check, Put, Update or Delete');
  const fields = { ...recordOf(body) };
  const returnOnFailure = fields['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD';
  const request = checkRequest(store, KINDS[kind], fields);
  if (kind === 'ConditionCheck' && request['ConditionExpression'] === undefined)
    throw database.validationError(
      "1 validation error detected: Value null at 'transactItems.1.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null",
    );
  // A checked request has its table's name.
  const table = request['TableName'] as string;
  return { kind, request, table, lock: await lockOf(store, request), returnOnFailure };
}

const isKind = (kind: string): kind is Kind => kind in KINDS;

async function attempt(
  view: ReturnType<typeof createWriteView>,
  { kind, request, table, returnOnFailure }: Step,
): Promise<CancellationReason> {
  try {
    if (kind === 'ConditionCheck') await checkCondition(view.store, request);
    else await runAction(view.store, KINDS[kind], request);
    return { Code: 'None' };
  } catch (error) {
    const body = (error as ActionError).body; // Whatever else is thrown has no body, and goes on below.
    const type = body?.__type.split('#')[1] ?? '';
    if (type === 'ConditionalCheckFailedException') {
      const item = returnOnFailure ? view.lastRead(table) : undefined;
      const reason = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' };
      return item === undefined ? reason : { ...reason, Item: item };
    }
    if (type === 'ValidationException') return { Code: 'ValidationError', Message: body?.message ?? '' };
    throw error;
  }
}

async function checkCondition(store: DynaliteStore, request: Request): Promise<void> {
  // As in `lockOf`.
  const name = request['TableName'] as string;
  const key = request['Key'] as Item;
  const table = await getTable(store, name);
  const item = await new Promise<Item | undefined>((resolve, reject) => {
    store
      .getItemDb(name)
      .get(database.createKey(key, table), (error, value) => (error ? reject(error) : resolve(value)));
  });
  const problem = database.checkConditional(request, item);
  if (problem) throw problem;
}

/** Whether the same transaction was committed under this token before. @throws ActionError for another one */
async function wasDone(store: DynaliteStore, key: string, hash: string, now: number): Promise<boolean> {
  // Only `transactWrite` puts values under these keys.
  const before = (await store.db.get(key)) as Token | undefined;
  if (before === undefined || now - before.at > TOKEN_LIFE_MS) return false;
  if (before.hash === hash) return true;
  throw actionError(
    'IdempotentParameterMismatchException',
    'There was a mismatch between the ClientRequestToken and the content of the request.',
  );
}

function cancelled(reasons: readonly CancellationReason[]): ActionError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return actionError('TransactionCanceledException', message, {
    // This exception alone spells it with a capital.
    Message: message,
    CancellationReasons: reasons,
  });
}

function refuseDuplicates(keys: readonly string[]): void {
  if (new Set(keys).size === keys.length) return;
  throw database.validationError('Transaction request cannot include multiple operations on one item');
}

function listOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0 && value.length <= MAX_TRANSACTION_ITEMS) return value;
  throw database.validationError(
    `1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to ${MAX_TRANSACTION_ITEMS} and greater than or equal to 1`,
  );
}

function recordOf(value: unknown): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    // Just seen.
    return value as Record<string, unknown>;
  }
  throw actionError('SerializationException', 'Start of structure or map expected');
}
