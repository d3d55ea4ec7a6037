import { expect, test } from 'vitest';
import { deletionOf } from './changes.ts';

const context = { plan: null, stack: null };

test('the end of a stack says of each thing of value what becomes of it', () => {
  const table = { Type: 'AWS::DynamoDB::GlobalTable', Properties: { TableName: 'sessions-dev' } };
  const changes = deletionOf(
    {
      Resources: {
        Sessions: table,
        Kept: { ...table, Properties: { TableName: 'kept-dev' }, DeletionPolicy: 'Retain' },
        Snap: {
          Type: 'AWS::RDS::DBCluster',
          Properties: { DBClusterIdentifier: 'orders' },
          DeletionPolicy: 'Snapshot',
        },
        Reader: { Type: 'AWS::RDS::DBInstance', Properties: { DBClusterIdentifier: { Ref: 'Snap' } } },
        Rule: { Type: 'AWS::ElasticLoadBalancingV2::ListenerRule' },
      },
    },
    context,
  );
  expect(
    changes.map(({ sentence, guarded, losesData, interrupts }) => [sentence, guarded, losesData, interrupts]),
  ).toEqual([
    ['The table sessions-dev would be deleted: all its data is lost', true, true, true],
    ['The table kept-dev is kept, but no longer managed', false, false, false],
    ['The database orders would be deleted: its data is only left in a final snapshot', true, true, true],
    ['The database instance Reader is deleted', false, false, false],
    ['The route Rule is deleted: its paths are no longer answered by this service', false, false, true],
  ]);
  expect(changes.map(({ key }) => key)).toEqual(['sessions-dev', 'kept-dev', 'orders', 'Reader', 'Rule']);
});
