/** A difference between what CDK and Pulumi create that is meant. */
export interface Meant {
  /** Kind of resource, as the graph names it. */
  readonly type: string;
  /** Property; null: the whole resource. */
  readonly path: string | null;
  /** Which resources of that kind. @default all */
  readonly resource?: RegExp;
  readonly reason: string;
}

const sameThing = 'the same thing: ';
const EMPTIES = /Empties buckets before they are deleted/;

/** All of them, reviewed: anything else fails. */
export const MEANT: readonly Meant[] = [
  {
    type: 'security-group-ingress',
    path: 'Tags',
    reason: 'CloudFormation’s rules take no tags; Pulumi’s do',
  },
  {
    type: 'security-group-egress',
    path: 'Tags',
    reason: 'CloudFormation’s rules take no tags; Pulumi’s do',
  },
  {
    type: 'secret',
    path: 'GenerateSecretString.RequireEachIncludedType',
    reason: `${sameThing}true where CloudFormation says nothing`,
  },
  {
    type: 'secret-attachment',
    path: 'TargetType',
    reason: 'Pulumi has no attachment: a second version of the secret holds the database’s address',
  },
  {
    type: 'secret-policy',
    path: null,
    reason:
      'CDK forbids the account’s root to delete a secret that rotates, outside of its stack; Pulumi’s `protect` does that for the environments that ask for it',
  },
  {
    type: 'service',
    path: 'Cluster',
    reason: `${sameThing}by ARN in Pulumi, because that is what ECS tells when Pulumi refreshes`,
  },
  {
    type: 'scalable-target',
    path: 'RoleARN',
    reason: `${sameThing}Application Auto Scaling takes its own role for ECS when none is given`,
  },
  {
    type: 'scaling-policy',
    path: 'ScalingTargetId',
    reason: `${sameThing}Pulumi names the target by its three parts`,
  },
  ...['ResourceId', 'ScalableDimension', 'ServiceNamespace'].map((path) => ({
    type: 'scaling-policy',
    path,
    reason: `${sameThing}CloudFormation names the target by its id`,
  })),
  {
    type: 'flow-log',
    path: 'LogGroupName',
    reason: `${sameThing}Pulumi names the log group by its ARN`,
  },
  {
    type: 'flow-log',
    path: 'LogDestination',
    reason: `${sameThing}CloudFormation names the log group by its name`,
  },
  {
    type: 'bucket',
    path: 'LifecycleConfiguration.Rules[].ExpirationInDays',
    reason: `${sameThing}Pulumi writes it as Expiration`,
  },
  {
    type: 'bucket',
    path: 'LifecycleConfiguration.Rules[].Expiration',
    reason: `${sameThing}CloudFormation writes it as ExpirationInDays`,
  },
  {
    type: 'bucket',
    path: 'ForceDestroy',
    reason: 'how Pulumi empties a bucket; CDK has a function for it',
  },
  {
    type: 'bucket',
    path: 'Tags.aws-cdk:auto-delete-objects',
    reason: 'tells CDK’s function which buckets it may empty',
  },
  {
    type: 'emptying',
    path: null,
    reason: 'calls CDK’s function that empties buckets; Pulumi’s provider does it',
  },
  { type: 'role', path: null, resource: EMPTIES, reason: 'role of CDK’s function that empties buckets' },
  { type: 'policy', path: null, resource: EMPTIES, reason: 'rights of CDK’s function that empties buckets' },
  {
    type: 'AWS::Lambda::Function',
    path: null,
    resource: EMPTIES,
    reason: 'CDK’s function that empties buckets; Pulumi’s provider does it',
  },
  {
    type: 'AWS::Lambda::Function',
    path: 'LoggingConfig.LogFormat',
    reason: `${sameThing}text where CloudFormation says nothing; Pulumi wants it said`,
  },
  {
    type: 'certificate',
    path: 'DomainValidationOptions',
    reason: 'CloudFormation writes the record that validates; in Pulumi it is a resource of its own',
  },
  {
    type: 'record',
    path: 'AliasTarget.DNSName',
    reason: `${sameThing}CDK writes the name that has addresses of both kinds, of which there is one`,
  },
  {
    type: 'record',
    path: 'HostedZoneId',
    reason: 'a parameter of the stack where CDK does not know the account; Pulumi finds the zone by name',
  },
  { type: 'record', path: 'Name', reason: `${sameThing}with the dot at the end in CDK` },
  { type: 'alias', path: 'TargetKeyId', reason: `${sameThing}by id in Pulumi, by ARN in CDK` },
  {
    type: 'rotation',
    path: 'RotationRules.ScheduleExpression',
    reason: `${sameThing}Pulumi says the number of days`,
  },
  {
    type: 'rotation',
    path: 'RotationRules.AutomaticallyAfterDays',
    reason: `${sameThing}CDK says it as a rate`,
  },
];
