import { DescribeRegionsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { AwsError } from '../aws-error.ts';
import { isNamed } from '../failures.ts';
import { clientOptions } from '../session.ts';
import { type Check, type Findings, NOTHING } from './findings.ts';

/** The session is in the plan's account and region, and the region is switched on for the account. */
export const checkRegion: Check = async ({ session, plan }) => {
  const problems: AwsError[] = [];
  if (session.region !== plan.region) {
    problems.push(
      new AwsError('wrong-region', `${plan.system} is defined for ${plan.region}`, {
        why: `the AWS session is in ${session.region}`,
        fix: `Give --region ${session.region} to deploy it there, or use a session in ${plan.region}.`,
      }),
    );
  }
  if (plan.account !== null && plan.account !== session.account) {
    problems.push(
      new AwsError('wrong-account', `${plan.system} is defined for account ${plan.account}`, {
        why: `the credentials belong to account ${session.account}`,
        fix: `Use a profile of account ${plan.account}: --profile NAME.`,
      }),
    );
  }
  return { problems: [...problems, ...(await enabled(session)).problems], warnings: [] };
};

async function enabled(session: Parameters<Check>[0]['session']): Promise<Findings> {
  try {
    const { Regions = [] } = await new EC2Client(clientOptions(session)).send(
      new DescribeRegionsCommand({ AllRegions: true, RegionNames: [session.region] }),
    );
    if (Regions[0]?.OptInStatus !== 'not-opted-in') return NOTHING;
  } catch (error) {
    if (!isNamed(error, 'InvalidParameterValue')) return NOTHING; // whoever may not ask finds out when deploying
  }
  return {
    problems: [
      new AwsError(
        'wrong-region',
        `The region ${session.region} is not available to account ${session.account}`,
        {
          why: 'it does not exist, or is switched off in the account',
          fix: 'Switch it on under "AWS Regions" in the account settings, or use another region.',
        },
      ),
    ],
    warnings: [],
  };
}
