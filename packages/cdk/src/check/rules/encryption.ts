import { at, list, texts } from '../json.ts';
import { resourceStatements } from '../policies.ts';
import type { Rule } from '../rule.ts';

/** Rules about data at rest and on its way. */
export const ENCRYPTION_RULES: readonly Rule[] = [
  {
    id: 'check/unencrypted',
    severity: 'error',
    title: 'Data that is not encrypted',
    why: 'Snapshots and disks could be read by whoever gets hold of them, and it cannot be switched on later.',
    fix: 'Switch encryption on.',
    find: ({ of }) => {
      const hit = (path: string, what: string) => ({ where: path, what });
      return [
        ...of('AWS::RDS::DBCluster').flatMap(({ path, properties }) =>
          properties['StorageEncrypted'] === true
            ? []
            : [hit(path, 'The storage of the cluster is not encrypted.')],
        ),
        ...of('AWS::RDS::DBInstance').flatMap(({ path, properties }) =>
          properties['StorageEncrypted'] === true || properties['DBClusterIdentifier'] !== undefined
            ? []
            : [hit(path, 'The storage of the database is not encrypted.')],
        ),
        ...of('AWS::S3::Bucket').flatMap(({ path, properties }) =>
          list(at(properties, 'BucketEncryption', 'ServerSideEncryptionConfiguration')).length > 0
            ? []
            : [hit(path, 'The bucket does not say how it is encrypted.')],
        ),
        ...of('AWS::EFS::FileSystem').flatMap(({ path, properties }) =>
          properties['Encrypted'] === true ? [] : [hit(path, 'The file system is not encrypted.')],
        ),
        ...of('AWS::SQS::Queue').flatMap(({ path, properties }) =>
          properties['SqsManagedSseEnabled'] === false ? [hit(path, 'The queue is not encrypted.')] : [],
        ),
        ...of('AWS::ElastiCache::ReplicationGroup').flatMap(({ path, properties }) =>
          properties['AtRestEncryptionEnabled'] === true && properties['TransitEncryptionEnabled'] === true
            ? []
            : [hit(path, 'The cache is not encrypted.')],
        ),
      ];
    },
  },
  {
    id: 'check/topic-without-key',
    severity: 'info',
    title: 'Topic without a key of its own',
    why: 'Messages are kept unencrypted while they wait for delivery; alarms hold names and figures only.',
    fix: 'Give the topic a customer key where messages tell more than that.',
    find: ({ of }) =>
      of('AWS::SNS::Topic').flatMap(({ path, properties }) =>
        properties['KmsMasterKeyId'] === undefined ? [{ where: path, what: 'The topic has no key.' }] : [],
      ),
  },
  {
    id: 'check/database-without-tls',
    severity: 'error',
    title: 'Database that accepts plain connections',
    why: 'A client with the wrong setting would send its password and all data readable.',
    fix: 'Leave requireTls on.',
    find: ({ plan, place }) =>
      Object.values(plan.databases).flatMap(({ key, requireTls }) =>
        requireTls
          ? []
          : [
              {
                where: place(`databases.${key}.requireTls`),
                what: `${key} accepts connections without TLS.`,
              },
            ],
      ),
  },
  {
    id: 'check/bucket-without-tls',
    severity: 'error',
    title: 'Bucket that answers plain HTTP',
    why: 'Objects could be read and changed on their way.',
    fix: 'Add a bucket policy that denies requests without aws:SecureTransport.',
    find: (system) => {
      const guarded = new Set(
        resourceStatements(system, 'AWS::S3::BucketPolicy').flatMap(({ resource, effect, condition }) =>
          effect === 'Deny' && texts(at(condition, 'Bool', 'aws:SecureTransport')).includes('false')
            ? [`${resource.stack}/${String(at(resource.properties['Bucket'], 'Ref'))}`]
            : [],
        ),
      );
      return system
        .of('AWS::S3::Bucket')
        .flatMap(({ stack, logicalId, path }) =>
          guarded.has(`${stack}/${logicalId}`)
            ? []
            : [{ where: path, what: 'No policy refuses requests without TLS.' }],
        );
    },
  },
  {
    id: 'check/public-bucket',
    severity: 'error',
    title: 'Bucket that can be made public',
    why: 'One wrong policy or access list would publish every object.',
    fix: 'Block all public access.',
    find: ({ of }) =>
      of('AWS::S3::Bucket').flatMap(({ path, properties }) => {
        const open = [
          'BlockPublicAcls',
          'BlockPublicPolicy',
          'IgnorePublicAcls',
          'RestrictPublicBuckets',
        ].filter((each) => at(properties, 'PublicAccessBlockConfiguration', each) !== true);
        return open.length === 0 ? [] : [{ where: path, what: `${open.join(', ')} is off.` }];
      }),
  },
  {
    id: 'check/access-logs-with-key',
    severity: 'error',
    title: 'Access logs into a bucket with a KMS key',
    why: 'The load balancer can write only to buckets with S3-managed keys: switching the logs on fails.',
    fix: 'Encrypt the bucket of the access logs with AES256.',
    find: ({ plan, of }) => {
      const key = plan.loadBalancer?.accessLogs?.bucket;
      const name = key === undefined ? undefined : plan.buckets[key]?.name;
      return of('AWS::S3::Bucket').flatMap(({ path, properties }) =>
        name !== undefined &&
        properties['BucketName'] === name &&
        JSON.stringify(properties['BucketEncryption'] ?? {}).includes('aws:kms')
          ? [{ where: path, what: 'The bucket of the access logs is encrypted with KMS.' }]
          : [],
      );
    },
  },
  {
    id: 'check/plain-calls',
    severity: 'info',
    title: 'Calls between services without TLS',
    why: 'Inside of the VPC nobody else can listen, but some rules ask for encryption everywhere.',
    fix: 'Give connect.certificateAuthority the ARN of a private certificate authority.',
    find: ({ plan, place }) =>
      Object.values(plan.services).flatMap(({ key, connect }) =>
        connect?.server !== null && connect !== null && connect.tls === null
          ? [{ where: place(`services.${key}.connect.tls`), what: `Calls to ${key} are not encrypted.` }]
          : [],
      ),
  },
];
