import { AwsError } from '../aws-error.ts';
import { toAwsError } from '../failures.ts';
import { descriptionPrefix } from '../stacks/read.ts';
import { listResources } from '../stacks/resources.ts';
import { type Load, vcpusOf } from './capacity.ts';
import { type Check, type CheckInput, combine, type Findings, NOTHING } from './findings.ts';
import {
  countAddresses,
  countVpcs,
  ELASTIC_IPS,
  FARGATE_SPOT_VCPUS,
  FARGATE_VCPUS,
  type QuotaName,
  readQuota,
  readRulesLimit,
  readUsage,
  VPCS,
} from './quota-values.ts';

/** What the system needs more of than the account may have. What cannot be read is a warning. */
export const checkQuotas: Check = async (input) => {
  const { session, plan, stacks } = input;
  const ours = stacks.filter(({ description }) => description.startsWith(descriptionPrefix(plan)));
  const resources = await listResources(session, ours);
  const have = (type: string): number => resources.filter((each) => each.type === type).length;
  const counted = (
    what: string,
    quota: QuotaName,
    total: number,
    type: string,
    used: () => Promise<number>,
  ) => readable(what, () => checkCount(input, { what, quota, more: total - have(type), used }));
  return combine(
    await Promise.all([
      counted('Elastic IP addresses', ELASTIC_IPS, plan.network.natGateways.length, 'AWS::EC2::EIP', () =>
        countAddresses(session),
      ),
      counted('VPCs', VPCS, 1, 'AWS::EC2::VPC', () => countVpcs(session)),
      readable('rules of a load balancer', () => checkRules(input)),
      // The tasks of a system that runs already are part of what is used: it was let in before.
      ...(have('AWS::ECS::Service') > 0
        ? []
        : [
            readable('Fargate vCPUs', () => checkVcpus(input, FARGATE_VCPUS, 'onDemand', 'Fargate')),
            readable('Fargate Spot vCPUs', () =>
              checkVcpus(input, FARGATE_SPOT_VCPUS, 'spot', 'Fargate Spot'),
            ),
          ]),
    ]),
  );
};

async function checkCount(
  { session }: CheckInput,
  check: { what: string; quota: QuotaName; more: number; used: () => Promise<number> },
): Promise<Findings> {
  const { what, quota: name, more, used } = check;
  if (more <= 0) return NOTHING;
  const [quota, present] = await Promise.all([readQuota(session, name), used()]);
  const limit = quota?.Value;
  if (limit === undefined || present + more <= limit) return NOTHING;
  return problem(
    session.region,
    `${more} more ${what} ${more === 1 ? 'is' : 'are'} needed than the account may have: ${present} of ${limit} are in use`,
    name,
  );
}

async function checkVcpus(
  { session, plan }: CheckInput,
  name: QuotaName,
  provider: 'onDemand' | 'spot',
  what: string,
): Promise<Findings> {
  const needed = (load: Load): number => vcpusOf(plan, load)[provider];
  if (needed('largest') === 0) return NOTHING;
  const quota = await readQuota(session, name);
  const limit = quota?.Value;
  if (quota === null || limit === undefined) return NOTHING;
  const used = (await readUsage(session, quota).catch(() => null)) ?? 0;
  const free = limit - used;
  if (needed('smallest') > free) {
    return problem(
      session.region,
      `The first tasks need ${needed('smallest')} ${what} vCPUs, ${used} of the account's ${limit} are in use`,
      name,
    );
  }
  if (needed('largest') <= free) return NOTHING;
  const warning = `At its largest, and while it is deployed, ${plan.system} needs ${needed('largest')} ${what} vCPUs; ${used} of the account's ${limit} are in use. Tasks beyond that do not start.`;
  return { problems: [], warnings: [warning] };
}

async function checkRules({ session, plan }: CheckInput): Promise<Findings> {
  const rules = plan.loadBalancer?.listeners.reduce((sum, listener) => sum + listener.rules.length, 0) ?? 0;
  if (rules <= 50) return NOTHING; // the limit is 100 and can only be raised
  const limit = await readRulesLimit(session);
  if (limit === null || rules <= limit) return NOTHING;
  return problem(session.region, `The load balancer would have ${rules} rules, ${limit} are allowed`, {
    service: 'elasticloadbalancing',
    code: '',
  });
}

function problem(region: string, what: string, { service, code }: QuotaName): Findings {
  const page = `https://${region}.console.aws.amazon.com/servicequotas/home/services/${service}/quotas${code === '' ? '' : `/${code}`}`;
  return {
    problems: [
      new AwsError('quota', what, {
        why: `a quota of the account in ${region}`,
        fix: `Ask for more at ${page}, or delete what is not needed.`,
      }),
    ],
    warnings: [],
  };
}

/** A quota that nobody may read keeps no one from deploying. */
async function readable(what: string, check: () => Promise<Findings>): Promise<Findings> {
  try {
    return await inTime(check());
  } catch (error) {
    const { message, why } = toAwsError(error, 'read the quota');
    return {
      problems: [],
      warnings: [`The quota of ${what} could not be checked: ${message} (${why ?? ''})`],
    };
  }
}

/** A deployment does not wait long for what is only a precaution. */
const PATIENCE_MS = 10_000;

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE_MS / 1000} s`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
