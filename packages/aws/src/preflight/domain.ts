import { ACMClient, DescribeCertificateCommand } from '@aws-sdk/client-acm';
import { diagnostic } from '@breakwater/plan';
import { AwsError } from '../aws-error.ts';
import { isNamed, toAwsError } from '../failures.ts';
import { findHostedZone } from '../hosted-zone.ts';
import { clientOptions } from '../session.ts';
import { type Check, combine, type Findings, failureOf, NOTHING } from './findings.ts';

/** The certificates that are given are issued and stand for the domain; the hosted zone is there. */
export const checkDomain: Check = async ({ session, plan }) => {
  const { loadBalancer } = plan;
  if (loadBalancer === null) return NOTHING;
  const arns = loadBalancer.listeners.flatMap(({ tls }) =>
    tls?.certificateArn == null ? [] : [tls.certificateArn],
  );
  const zone = loadBalancer.domain?.hostedZone ?? null;
  return combine([
    ...(await Promise.all([...new Set(arns)].map((arn) => checkCertificate(session, arn)))),
    ...(zone === null ? [] : [await checkZone(session, zone)]),
  ]);
};

type Where = Parameters<Check>[0]['session'];

async function checkCertificate(session: Where, arn: string): Promise<Findings> {
  const fix = `Give the ARN of an issued certificate of ${session.region}, or leave it out: one is then requested for the domain.`;
  const problem = (what: string, why: string): Findings => ({
    problems: [new AwsError('missing-certificate', what, { why, fix })],
    warnings: [],
  });
  try {
    const { Certificate } = await new ACMClient(clientOptions(session)).send(
      new DescribeCertificateCommand({ CertificateArn: arn }),
    );
    const status = Certificate?.Status ?? 'unknown';
    if (status === 'ISSUED') return NOTHING;
    return problem(`The certificate ${arn} cannot be used`, `its status is ${status}`);
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException', 'ValidationException', 'InvalidArnException')) {
      return problem(
        `There is no certificate ${arn}`,
        `account ${session.account} has none in ${session.region}`,
      );
    }
    return unchecked(`The certificate ${arn}`, error);
  }
}

async function checkZone(session: Where, zone: string): Promise<Findings> {
  const name = zone.replace(/\.$/, '');
  try {
    if ((await findHostedZone(session, name)) !== null) return NOTHING;
    return {
      problems: [failureOf('missing-hosted-zone', diagnostic('BW1804', 'domain', { name }))],
      warnings: [],
    };
  } catch (error) {
    return unchecked(`The hosted zone ${name}`, error);
  }
}

function unchecked(what: string, error: unknown): Findings {
  const { message, why } = toAwsError(error, 'look');
  return { problems: [], warnings: [`${what} could not be checked: ${message} (${why ?? ''})`] };
}
