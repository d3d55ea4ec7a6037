import {
  type ActionError,
  actionError,
  checkRequest,
  type DynaliteStore,
  OPERATIONS,
  type OperationName,
  type Request,
  runAction,
} from './dynalite.ts';
import type { KeyedLock } from './keyed-lock.ts';
import { lockOf, transactGet, transactWrite } from './transactions.ts';
import { createWriteView } from './write-view.ts';

/** What an operation works on. */
export interface OperationContext {
  readonly store: DynaliteStore;
  readonly locks: KeyedLock;
  /** TTL attribute by table's name; null without TTL. */
  readonly ttl: ReadonlyMap<string, string | null>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Carries out one operation of DynamoDB's API. @throws ActionError in DynamoDB's words */
export async function operate(
  context: OperationContext,
  name: string,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { store, locks } = context;
  switch (name) {
    case 'TransactWriteItems':
      return transactWrite(store, locks, input, context.now());
    case 'TransactGetItems':
      return transactGet(store, locks, input);
    case 'PutItem':
    case 'UpdateItem':
    case 'DeleteItem':
      return writeOne(context, name, input);
    case 'BatchWriteItem':
      return writeBatch(context, input);
    case 'DescribeTimeToLive':
      return describeTimeToLive(context, input);
    case 'DescribeEndpoints':
      throw actionError('UnknownOperationException', '');
    default:
      if (!isOperation(name)) throw unknownOperation();
      return runAction(store, name, checkRequest(store, name, input));
  }
}

const isOperation = (name: string): name is OperationName => OPERATIONS.some((known) => known === name);

/** The service's answer to a name that it does not know. */
export function unknownOperation(): ActionError {
  const error = actionError('UnknownOperationException', '');
  error.body = { __type: 'com.amazon.coral.service#UnknownOperationException' };
  return error;
}

async function writeOne(
  { store, locks }: OperationContext,
  name: 'PutItem' | 'UpdateItem' | 'DeleteItem',
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const returnOnFailure = input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD';
  const request = checkRequest(store, name, input);
  return locks.hold([await lockOf(store, request)], async () => {
    const view = createWriteView(store);
    try {
      const answer = await runAction(view.store, name, request);
      await view.commit();
      return answer;
    } catch (error) {
      const body = (error as ActionError).body; // Whatever else is thrown has none.
      // A checked request has its table's name.
      const item = view.lastRead(request['TableName'] as string);
      if (returnOnFailure && item !== undefined && body?.__type.endsWith('ConditionalCheckFailedException'))
        body['Item'] = item;
      throw error;
    }
  });
}

/** Each write of a batch is one of its own, as in DynamoDB; all of them come to the disk together here. */
async function writeBatch(
  { store, locks }: OperationContext,
  input: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const request = checkRequest(store, 'BatchWriteItem', input);
  const keys: string[] = [];
  // Checked: tables with lists of writes.
  const tables = request['RequestItems'] as Record<string, readonly Record<string, Request>[]>;
  for (const [TableName, writes] of Object.entries(tables)) {
    for (const { PutRequest, DeleteRequest } of writes) {
      const fields: Request = { TableName, ...PutRequest, ...DeleteRequest };
      keys.push(await lockOf(store, fields));
    }
  }
  return locks.hold(keys, async () => {
    const view = createWriteView(store);
    const answer = await runAction(view.store, 'BatchWriteItem', request);
    await view.commit();
    return answer;
  });
}

function describeTimeToLive(
  { ttl }: OperationContext,
  input: Record<string, unknown>,
): Record<string, unknown> {
  const attribute = ttl.get(String(input['TableName']));
  if (attribute === undefined) {
    throw actionError(
      'ResourceNotFoundException',
      `Requested resource not found: Table: ${input['TableName']} not found`,
    );
  }
  return {
    TimeToLiveDescription:
      attribute === null
        ? { TimeToLiveStatus: 'DISABLED' }
        : { TimeToLiveStatus: 'ENABLED', AttributeName: attribute },
  };
}
