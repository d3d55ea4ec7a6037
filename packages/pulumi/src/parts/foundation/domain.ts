import type { LoadBalancerPlan } from '@breakwater/plan';
import * as aws from '@pulumi/aws';
import type * as pulumi from '@pulumi/pulumi';
import { child, idOf, type Scope, tagsOf } from '../../scope.ts';

type Domain = NonNullable<LoadBalancerPlan['domain']>;

/** Id of the Route 53 zone of that name, which must be there. */
export function findHostedZone(scope: Scope, { hostedZone }: Domain): pulumi.Output<string> {
  return aws.route53.getZoneOutput({ name: hostedZone }, { parent: scope.parent }).zoneId;
}

/** A certificate for the domain, validated by a DNS record; the ARN is there once it is. */
export function requestCertificate(
  scope: Scope,
  domain: Domain,
  zoneId: pulumi.Output<string>,
): pulumi.Output<string> {
  const id = idOf(scope, 'certificate');
  const certificate = new aws.acm.Certificate(
    id,
    { domainName: domain.name, validationMethod: 'DNS', tags: tagsOf(scope, {}, domain.name) },
    // Its listener needs one at any time.
    child(scope, { deleteBeforeReplace: false }),
  );
  const option = certificate.domainValidationOptions.apply(([first]) => {
    if (first === undefined) throw new Error(`ACM names no DNS record to validate ${domain.name} with.`);
    return first;
  });
  const record = new aws.route53.Record(
    id,
    {
      zoneId,
      name: option.resourceRecordName,
      type: option.resourceRecordType,
      records: [option.resourceRecordValue],
      ttl: 60,
      // Environments of one domain share the record that proves it.
      allowOverwrite: true,
    },
    child(scope),
  );
  return new aws.acm.CertificateValidation(
    id,
    { certificateArn: certificate.arn, validationRecordFqdns: [record.fqdn] },
    child(scope),
  ).certificateArn;
}

/** The DNS record that leads to the load balancer. */
export function createRecord(
  scope: Scope,
  domain: Domain,
  zoneId: pulumi.Output<string>,
  loadBalancer: aws.lb.LoadBalancer,
): void {
  new aws.route53.Record(
    idOf(scope, 'record'),
    {
      zoneId,
      name: domain.name,
      type: 'A',
      aliases: [{ name: loadBalancer.dnsName, zoneId: loadBalancer.zoneId, evaluateTargetHealth: false }],
    },
    child(scope, { deleteBeforeReplace: true }),
  );
}
