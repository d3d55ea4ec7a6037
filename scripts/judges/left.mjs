// What the judges say and what stays nevertheless, each with the reason that a reviewer has accepted. A finding that is not here fails
// the run, and so does an entry here that no judge asks for any more.

/** Rules of CloudFormation's validation (comes with aws-cdk-lib). */
export const CLOUDFORMATION_LEFT = {
  W3010:
    'Each address range belongs to a zone by decision: the plan names the zones of its Region, and a subnet that moved to another would be replaced with all that stands in it.',
};

/** Rules of cfn-lint. Errors and warnings may not stand here, informational rules may. */
export const CFN_LINT_LEFT = {
  I1022: 'Fn::Join is how the CDK writes text with references in it. It means the same as Fn::Sub.',
};

/** Rules of checkov. */
export const CHECKOV_LEFT = {
  CKV_AWS_2:
    'No domain is given in the reference systems, so there is no certificate to speak HTTPS with. With a domain, HTTPS answers and HTTP only redirects; the check command says so until then (check/no-https).',
  CKV_AWS_18:
    'One task role may read and write the bucket and public access is blocked. CloudTrail data events record each call completely, which the best-effort logs of S3 do not.',
  CKV_AWS_21:
    'Buckets of environments that can be destroyed keep no earlier versions, and neither does the bucket of the access logs, which nobody overwrites.',
  CKV_AWS_26:
    'The topic carries the names and figures of alarms. CloudWatch may not publish to a topic that is encrypted with the key of AWS, so a customer key would be needed for them alone.',
  CKV_AWS_51:
    "Deployments name images by digest: whatever becomes of a tag, a running revision and a rollback get the image that they were tested with. The systems' requirements ask for mutable tags; `registry: { mutableTags: false }` switches them off.",
  CKV_AWS_91: 'Access logs are switched on where the environment is protected. Others serve no customers.',
  CKV_AWS_103:
    'The listener speaks plain HTTP, as no domain is given: see CKV_AWS_2. HTTPS listeners have a TLS 1.3 policy.',
  CKV_AWS_115:
    "Secrets Manager starts the rotation once in 30 days, and CloudFormation the emptying once in the life of a bucket. Reserved concurrency would take capacity from the account's other functions for nothing.",
  CKV_AWS_116:
    'Both callers, Secrets Manager and CloudFormation, retry and report failures themselves; nothing would read a queue.',
  CKV_AWS_117:
    'The functions call Secrets Manager and S3 only, which stand outside of the VPC. Inside they would need NAT or endpoints to reach the same.',
  CKV_AWS_118:
    'Operating-system metrics every few seconds are paid by volume. CPU, memory, connections and latency are in CloudWatch without them, and the logs are exported.',
  CKV_AWS_136:
    "Images are encrypted with AES-256, as the requirements ask. They hold no secrets, and a key of one's own would add a way to lose access to them.",
  CKV_AWS_149:
    'Secrets are encrypted with the key that Secrets Manager keeps for the account. Only the execution role of the services that use a secret may read it.',
  CKV_AWS_157:
    'A standby doubles the price of a database that can be destroyed. Protected environments have to ask for it (cdk-nag, RDS3).',
  CKV_AWS_158:
    'CloudWatch encrypts every log group with a key of its own. A customer key is used where the definition asks for one (logs: { customerKey: true }): payments.',
  CKV_AWS_161: 'See CKV_AWS_162.',
  CKV_AWS_162:
    'Services sign in with a password from Secrets Manager over TLS, which the server demands. IAM tokens are good for few new connections a second; iamAuthentication: true switches them on.',
  CKV_AWS_165:
    'Tables of environments that can be destroyed have no point-in-time recovery. In protected ones it is on.',
  CKV_AWS_173:
    'The variables of the functions hold the address of Secrets Manager and no secret; Lambda encrypts them with a key of its own.',
  CKV_AWS_260:
    'It is the load balancer that the public is meant to reach; with a domain, port 80 only redirects.',
};
