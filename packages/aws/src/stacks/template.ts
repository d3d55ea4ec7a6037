/** A resource of a CloudFormation template, as far as we look into it. */
export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** A CloudFormation template: a record of records. */
export interface Template {
  readonly Description?: string;
  readonly Resources?: Readonly<Record<string, TemplateResource>>;
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown }>>;
  readonly Parameters?: Readonly<Record<string, unknown>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Mappings?: Readonly<Record<string, unknown>>;
  readonly Rules?: Readonly<Record<string, unknown>>;
}

/** Reads a template that the CDK wrote, JSON always. */
export function parseTemplate(text: string): Template {
  return JSON.parse(text) as Template; // CloudFormation and the CDK accept nothing else as a template
}

/** Resources that something of value lives in: to replace or delete one is never done unasked. */
const GUARDED = new Map<string, string>([
  ['AWS::RDS::DBCluster', 'database'],
  ['AWS::RDS::DBInstance', 'database'],
  ['AWS::DynamoDB::Table', 'table'],
  ['AWS::DynamoDB::GlobalTable', 'table'],
  ['AWS::S3::Bucket', 'bucket'],
  ['AWS::SecretsManager::Secret', 'secret'],
  ['AWS::ECR::Repository', 'image repository'],
  ['AWS::ElasticLoadBalancingV2::LoadBalancer', 'load balancer'],
  ['AWS::KMS::Key', 'encryption key'],
]);

/** What people call a resource in which something of value lives; null for all others. An Aurora instance holds no data: its cluster does. */
export function guardedKind({ Type, Properties }: TemplateResource): string | null {
  if (Type === 'AWS::RDS::DBInstance' && Properties?.['DBClusterIdentifier'] !== undefined) return null;
  return GUARDED.get(Type) ?? null;
}

/** Properties that hold a resource's own name. */
const NAME_PROPERTIES = [
  'DBClusterIdentifier',
  'DBInstanceIdentifier',
  'TableName',
  'BucketName',
  'RepositoryName',
  'LogGroupName',
  'ServiceName',
  'ClusterName',
  'Family',
  'AlarmName',
  'RoleName',
  'GroupName',
  'DashboardName',
  'TopicName',
  'AliasName',
  'Name',
] as const;

/** The physical name that a template gives a resource; null when AWS chooses it or it is an expression. */
export function givenName({ Properties }: TemplateResource): string | null {
  for (const property of NAME_PROPERTIES) {
    const value = Properties?.[property];
    if (typeof value === 'string') return value;
  }
  return null;
}

/** Construct ids from the stack down, without those that only L2 constructs add at the end: `['products', 'writer']`. */
export function constructPath({ Metadata }: TemplateResource): readonly string[] {
  const path = Metadata?.['aws:cdk:path'];
  if (typeof path !== 'string') return [];
  const parts = path.split('/').slice(1);
  while (parts.length > 1 && /^(Resource|Default|Table)$/.test(parts.at(-1) ?? '')) parts.pop();
  return parts;
}
