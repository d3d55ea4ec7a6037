import { ListHostedZonesByNameCommand, Route53Client } from '@aws-sdk/client-route-53';
import type { Plan } from '@breakwater/plan';
import { attempt } from './failures.ts';
import { clientOptions, type Session } from './session.ts';

/** Id of the public hosted zone of that name, `/hostedzone/Z…`; null when the account has none. */
export async function findHostedZone(session: Session, zone: string): Promise<string | null> {
  const name = `${zone.replace(/\.$/, '')}.`;
  const { HostedZones = [] } = await new Route53Client(clientOptions(session)).send(
    new ListHostedZonesByNameCommand({ DNSName: name }),
  );
  return HostedZones.find((each) => each.Name === name && each.Config?.PrivateZone !== true)?.Id ?? null;
}

/**
 * What the CDK would look up in the account while it synthesises, under the keys of `cdk.context.json`: the hosted zone of the domain.
 * Empty without a domain, and when the account has no such zone: preflight says so.
 *
 * https://docs.aws.amazon.com/cdk/v2/guide/context.html
 */
export async function lookupContext(
  session: Session,
  { loadBalancer }: Pick<Plan, 'loadBalancer'>,
): Promise<Readonly<Record<string, unknown>>> {
  const zone = loadBalancer?.domain?.hostedZone;
  if (zone === undefined) return {};
  const id = await attempt(`find the hosted zone ${zone}`, () => findHostedZone(session, zone));
  if (id === null) return {};
  const key = `hosted-zone:account=${session.account}:domainName=${zone}:region=${session.region}`;
  return { [key]: { Id: id, Name: `${zone}.` } };
}
