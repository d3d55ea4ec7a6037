import { Match } from 'aws-cdk-lib/assertions';
import { describe, it } from 'vitest';
import catalog from '../../../../../systems/catalog/breakwater.config.ts';
import { partsOf, planOf } from '../testing.ts';

describe('topics', () => {
  const template = () =>
    partsOf(
      planOf({ ...catalog, alarms: { notify: ['ops@example.com', 'https://example.com/hook'] } }),
    ).template('foundation');

  it('refuse plain HTTP and still let the alarms of this account in', () => {
    template().hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
            Action: 'sns:Publish',
            Condition: Match.objectLike({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }),
          }),
        ]),
      },
    });
  });

  it('tell everyone whom the definition names', () => {
    template().resourceCountIs('AWS::SNS::Subscription', 2);
    template().hasResourceProperties('AWS::SNS::Subscription', {
      Protocol: 'https',
      Endpoint: 'https://example.com/hook',
    });
  });
});
