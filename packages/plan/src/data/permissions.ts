// What AWS services and functions of ours may do where no service of the system is concerned. The grants of services are in the plan.

/**
 * What CloudWatch Logs does with the key of log groups.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export const LOGS_KEY_ACTIONS = [
  'kms:Encrypt*',
  'kms:Decrypt*',
  'kms:ReEncrypt*',
  'kms:GenerateDataKey*',
  'kms:Describe*',
] as const;

/**
 * What alarms do with the key of a topic.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export const ALARMS_KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey*'] as const;

/**
 * What writing flow logs into a log group takes, without the rights to make or list groups.
 * https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
 */
export const FLOW_LOGS_ACTIONS = [
  'logs:CreateLogStream',
  'logs:DescribeLogStreams',
  'logs:PutLogEvents',
] as const;

/** What a Lambda function needs to write into a log group that is there. */
export const FUNCTION_LOG_ACTIONS = ['logs:CreateLogStream', 'logs:PutLogEvents'] as const;

/**
 * AWS's own managed policies for what ECS does by its infrastructure role, by the plan's words for it.
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/infrastructure_IAM_role.html
 */
export const INFRASTRUCTURE_POLICIES = {
  'load-balancers': 'AmazonECSInfrastructureRolePolicyForLoadBalancers',
  'service-connect-tls':
    'service-role/AmazonECSInfrastructureRolePolicyForServiceConnectTransportLayerSecurity',
} as const;
