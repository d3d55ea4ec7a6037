import { expect, test } from 'vitest';
import { grownTemplate } from './grow.ts';

const group = { Type: 'AWS::EC2::SecurityGroup' };

test('what is given up stays, with what it refers to, beside what is new', () => {
  const deployed = {
    Parameters: { Old: {} },
    Resources: { api: { ...group, Properties: { name: 'old' } }, admin: group },
    Outputs: { AdminGroup: { Value: 1 }, ApiGroup: { Value: 2 } },
  };
  const wanted = {
    Description: 'new',
    Resources: { api: { ...group, Properties: { name: 'new' } }, web: group },
    Outputs: { ApiGroup: { Value: 3 } },
  };
  expect(grownTemplate(deployed, wanted)).toEqual({
    Description: 'new',
    Parameters: { Old: {} },
    Resources: { api: { ...group, Properties: { name: 'new' } }, admin: group, web: group },
    Outputs: { AdminGroup: { Value: 1 }, ApiGroup: { Value: 3 } },
  });
});

test('a stack that gives nothing up is deployed once', () => {
  const deployed = { Resources: { api: group }, Outputs: { Gone: { Value: 1 } } };
  expect(grownTemplate(deployed, { Resources: { api: group, web: group } })).toBeNull();
});
