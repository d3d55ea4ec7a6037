import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import catalog from '../../../../../systems/catalog/breakwater.config.ts';
import payments from '../../../../../systems/payments/breakwater.config.ts';
import storefront from '../../../../../systems/storefront/breakwater.config.ts';
import { partsOf, planOf } from '../testing.ts';

const dataOf = (definition: unknown) => partsOf(planOf(definition)).template('data');
const rotated = { kind: 'generated-secret', username: 'catalog', rotate: '30 days' };

describe('rotation of a generated secret', () => {
  it('happens every 30 days, and not at once, for tasks keep the password that they started with', () => {
    const template = dataOf(payments);
    const [secret] = Object.keys(template.findResources('AWS::SecretsManager::Secret'));
    template.hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
      SecretId: { Ref: secret },
      RotationRules: { ScheduleExpression: 'rate(30 days)' },
      RotateImmediatelyOnUpdate: false,
    });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
  });

  it('is done by a function with its own log group and no rights but on its own secret', () => {
    const template = dataOf(payments);
    const [secret] = Object.keys(template.findResources('AWS::SecretsManager::Secret'));
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Rotates the secret database-credentials-secret-dev',
      Runtime: 'nodejs24.x',
      LoggingConfig: { LogGroup: Match.anyValue() },
    });
    template.hasResourceProperties('AWS::IAM::Role', {
      Description: 'Rotates the secret database-credentials-secret-dev',
      ManagedPolicyArns: Match.absent(),
      Policies: [
        Match.objectLike({
          PolicyDocument: Match.objectLike({
            Statement: [
              Match.objectLike({ Action: ['logs:CreateLogStream', 'logs:PutLogEvents'] }),
              {
                Effect: 'Allow',
                Action: [
                  'secretsmanager:DescribeSecret',
                  'secretsmanager:GetSecretValue',
                  'secretsmanager:PutSecretValue',
                  'secretsmanager:UpdateSecretVersionStage',
                ],
                Resource: { Ref: secret },
              },
              { Effect: 'Allow', Action: 'secretsmanager:GetRandomPassword', Resource: '*' },
            ],
          }),
        }),
      ],
    });
    template.resourceCountIs('AWS::IAM::Policy', 0);
  });

  it.each([
    ['a cluster', catalog, 'products', 'AWS::RDS::DBCluster', 'CLUSTER', 'rds:ModifyDBCluster'],
    ['an instance', storefront, 'shop', 'AWS::RDS::DBInstance', 'INSTANCE', 'rds:ModifyDBInstance'],
  ])('gives the new password to the database too: %s', (_, definition, store, type, variable, action) => {
    const stores: Record<string, object> = { ...definition.stores };
    stores[store] = { ...stores[store], credentials: rotated };
    const template = dataOf({ ...definition, stores });
    const [database] = Object.keys(template.findResources(type));
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: Match.objectLike({ [variable]: { Ref: database } }) },
    });
    const text = JSON.stringify(template.findResources('AWS::IAM::Role'));
    expect(text).toContain(action);
  });

  it('needs neither a macro nor a nested stack', () => {
    expect(dataOf(payments).toJSON()['Transform']).toBeUndefined();
  });
});
