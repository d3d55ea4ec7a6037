import {
  type App,
  CfnOutput,
  Duration,
  RemovalPolicy,
  SecretValue,
  Stack,
  type StackProps,
} from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as rds from 'aws-cdk-lib/aws-rds';
import * as secretsmanager from 'aws-cdk-lib/aws-secretsmanager';
import type { FoundationStack } from './foundation-stack.ts';
import { env } from './names.ts';

export class DataStack extends Stack {
  readonly secret: secretsmanager.ISecret;
  constructor(app: App, id: string, { foundation, ...props }: StackProps & { foundation: FoundationStack }) {
    super(app, id, props);
    const name = `database-products-${env}`;
    const logGroup = new logs.LogGroup(this, 'Logs', {
      logGroupName: `/aws/rds/cluster/${name}/postgresql`,
      retention: logs.RetentionDays.ONE_WEEK,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const secret = new secretsmanager.Secret(this, 'Credentials', {
      secretName: `credentials-products-${env}`,
      removalPolicy: RemovalPolicy.DESTROY,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: 'catalog' }),
        generateStringKey: 'password',
        passwordLength: 32,
        excludePunctuation: true,
      },
    });
    const engine = rds.DatabaseClusterEngine.auroraPostgres({
      version: rds.AuroraPostgresEngineVersion.of('17.9', '17'),
    });
    const cluster = new rds.DatabaseCluster(this, 'Database', {
      clusterIdentifier: name,
      engine,
      vpc: foundation.vpc,
      vpcSubnets: { subnets: foundation.subnets.isolated },
      subnetGroup: new rds.SubnetGroup(this, 'Subnets', {
        vpc: foundation.vpc,
        description: `Subnets of ${name}`,
        subnetGroupName: `subnet-group-products-${env}`,
        vpcSubnets: { subnets: foundation.subnets.isolated },
      }),
      securityGroups: [
        ec2.SecurityGroup.fromSecurityGroupId(this, 'Group', foundation.databaseGroup.securityGroupId, {
          mutable: false,
        }),
      ],
      parameterGroup: new rds.ParameterGroup(this, 'Parameters', {
        engine,
        name: `parameter-group-products-${env}`,
        parameters: { 'rds.force_ssl': '1' },
      }),
      credentials: rds.Credentials.fromPassword(
        'catalog',
        SecretValue.secretsManager(secret.secretArn, { jsonField: 'password' }),
      ),
      writer: rds.ClusterInstance.serverlessV2('Writer', { instanceIdentifier: `writer-products-${env}` }),
      readers: [
        rds.ClusterInstance.serverlessV2('Reader', {
          instanceIdentifier: `reader-1-products-${env}`,
          scaleWithWriter: true,
        }),
      ],
      serverlessV2MinCapacity: 0.5,
      serverlessV2MaxCapacity: 2,
      defaultDatabaseName: 'productdb',
      port: 5432,
      storageEncrypted: true,
      backup: { retention: Duration.days(7), preferredWindow: '03:00-04:00' },
      cloudwatchLogsExports: ['postgresql'],
      removalPolicy: RemovalPolicy.DESTROY,
    });
    cluster.node.addDependency(logGroup);
    this.secret = secret.attach(cluster);
    new CfnOutput(this, 'ProductsDatabaseEndpoint', { value: cluster.clusterEndpoint.hostname });
  }
}
