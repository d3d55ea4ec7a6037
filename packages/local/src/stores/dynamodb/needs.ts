import type { Need } from '../gateway/authorise.ts';

const TRANSACTION_ACTIONS: Readonly<Record<string, string>> = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
  Get: 'GetItem',
};

/**
 * What IAM asks of the caller for an operation. A transaction has no action of its own: each of its parts needs its own.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html
 *
 * @param tableArn ARN of a table by its name or, as clients may give it, its ARN
 */
export function needsOf(
  operation: string,
  input: Readonly<Record<string, unknown>>,
  tableArn: (name: string) => string,
): readonly Need[] {
  const need = (action: string, name: unknown): Need => ({
    action: `dynamodb:${action}`,
    resource: typeof name === 'string' ? tableArn(name) : '*',
  });
  if (operation === 'TransactWriteItems' || operation === 'TransactGetItems') {
    const items = Array.isArray(input['TransactItems']) ? input['TransactItems'] : [];
    return items.flatMap((item: unknown) =>
      Object.entries(fieldsOf(item)).map(([kind, body]) =>
        need(TRANSACTION_ACTIONS[kind] ?? operation, fieldsOf(body)['TableName']),
      ),
    );
  }
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem') {
    return Object.keys(fieldsOf(input['RequestItems'])).map((name) => need(operation, name));
  }
  const table = need(operation, input['TableName']);
  const index = input['IndexName'];
  return typeof index === 'string' ? [{ ...table, resource: `${table.resource}/index/${index}` }] : [table];
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  // Anything else has no fields.
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
