import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import catalog from '../../../../../systems/catalog/breakwater.config.ts';
import shop from '../../../../../systems/shop/breakwater.config.ts';
import storefront from '../../../../../systems/storefront/breakwater.config.ts';
import { partsOf, planOf } from '../testing.ts';

const dataOf = (definition: unknown) => partsOf(planOf(definition)).template('data');

function onlyId(template: Template, type: string): string {
  const ids = Object.keys(template.findResources(type));
  expect(ids).toHaveLength(1);
  return ids[0] ?? '';
}

describe('Aurora', () => {
  it('serverless: capacity, backups, encryption, and a reader that scales with the writer', () => {
    const template = dataOf(catalog);
    template.hasResource('AWS::RDS::DBCluster', {
      DeletionPolicy: 'Delete',
      Properties: {
        DBClusterIdentifier: 'database-products-dev',
        DatabaseName: 'productdb',
        Engine: 'aurora-postgresql',
        EngineVersion: '17.9',
        Port: 5432,
        ServerlessV2ScalingConfiguration: { MinCapacity: 0.5, MaxCapacity: 2 },
        BackupRetentionPeriod: 7,
        PreferredBackupWindow: '03:00-04:00',
        StorageEncrypted: true,
        DeletionProtection: false,
        EnableIAMDatabaseAuthentication: false,
        EnableCloudwatchLogsExports: ['postgresql'],
      },
    });
    const instances = Object.values(template.findResources('AWS::RDS::DBInstance'));
    expect(
      instances.map(({ Properties: p }) => [p.DBInstanceIdentifier, p.DBInstanceClass, p.PromotionTier]),
    ).toEqual([
      ['writer-products-dev', 'db.serverless', 0],
      ['reader-1-products-dev', 'db.serverless', 1],
    ]);
    for (const { Properties } of instances) expect(Properties.PubliclyAccessible).toBe(false);
  });

  it('serverless: further readers have the tier that the plan gives them', () => {
    const products = { ...catalog.stores?.['products'], readers: 3 };
    const template = dataOf({ ...catalog, stores: { products } });
    const tiers = Object.values(template.findResources('AWS::RDS::DBInstance')).map(
      ({ Properties }) => Properties.PromotionTier,
    );
    expect(tiers).toEqual([0, 1, 2, 3]);
  });

  it('provisioned: the instance class of the definition, in private subnets', () => {
    const template = dataOf(shop);
    template.allResourcesProperties('AWS::RDS::DBInstance', { DBInstanceClass: 'db.t3.medium' });
    template.resourceCountIs('AWS::RDS::DBInstance', 2);
    template.hasResourceProperties('AWS::RDS::DBSubnetGroup', {
      DBSubnetGroupName: 'flask-api-subnet-group-dev',
      SubnetIds: [Match.anyValue(), Match.anyValue()],
    });
  });

  it('leaves a final snapshot, and cannot be deleted by mistake, where the environment is protected', () => {
    dataOf({ ...catalog, protect: true }).hasResource('AWS::RDS::DBCluster', {
      DeletionPolicy: 'Snapshot',
      UpdateReplacePolicy: 'Snapshot',
      Properties: { DeletionProtection: true },
    });
  });
});

describe('RDS PostgreSQL', () => {
  it('is the instance that the definition says, encrypted and out of reach of the internet', () => {
    dataOf(storefront).hasResource('AWS::RDS::DBInstance', {
      DeletionPolicy: 'Delete',
      Properties: {
        DBInstanceIdentifier: 'database-dev-shop',
        DBInstanceClass: 'db.t3.micro',
        DBName: 'storefront',
        Engine: 'postgres',
        EngineVersion: '17.11',
        AllocatedStorage: '20',
        BackupRetentionPeriod: 5,
        StorageEncrypted: true,
        PubliclyAccessible: false,
        MultiAZ: false,
      },
    });
  });

  it('cannot have the capacity of Aurora', () => {
    const plan = planOf(storefront);
    const serverless = { kind: 'serverless-v2', minimumAcu: 0.5, maximumAcu: 2 } as const;
    const databases = Object.fromEntries(
      Object.entries(plan.databases).map(([key, database]) => [key, { ...database, capacity: serverless }]),
    );
    expect(() => partsOf({ ...plan, databases })).toThrow("database 'shop' serverless capacity");
  });
});

describe('databases', () => {
  it('ask for nothing of Performance Insights, whose retention Database Insights dictates', () => {
    for (const definition of [catalog, storefront]) {
      const resources = JSON.stringify(dataOf(definition).toJSON());
      expect(resources).not.toMatch(/PerformanceInsights|DatabaseInsights/);
    }
  });

  it.each([
    [
      'a cluster',
      catalog,
      'AWS::RDS::DBClusterParameterGroup',
      'AWS::RDS::DBCluster',
      'DBClusterParameterGroupName',
    ],
    ['an instance', storefront, 'AWS::RDS::DBParameterGroup', 'AWS::RDS::DBInstance', 'DBParameterGroupName'],
  ])(
    '%s refuses plain connections by its own parameter group, whatever the default of its version',
    (...given) => {
      const [, definition, groupType, type, property] = given;
      const template = dataOf(definition);
      template.hasResourceProperties(groupType, { Parameters: { 'rds.force_ssl': '1' } });
      template.hasResourceProperties(type, { [property]: { Ref: onlyId(template, groupType) } });
    },
  );

  it.each([
    ['a cluster', catalog, 'AWS::RDS::DBCluster', '/aws/rds/cluster/database-products-dev/postgresql'],
    ['an instance', storefront, 'AWS::RDS::DBInstance', '/aws/rds/instance/database-dev-shop/postgresql'],
  ])(
    '%s finds its log group there, so that RDS creates none that keeps everything',
    (_, definition, type, name) => {
      const template = dataOf(definition);
      const group = onlyId(template, 'AWS::Logs::LogGroup');
      template.hasResource('AWS::Logs::LogGroup', {
        DeletionPolicy: 'Delete',
        Properties: { LogGroupName: name, RetentionInDays: 7 },
      });
      template.hasResource(type, { DependsOn: [group] });
    },
  );

  it('open to the user and password of their generated secret, which gets host, port and name', () => {
    const template = dataOf(catalog);
    const secret = onlyId(template, 'AWS::SecretsManager::Secret');
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      Name: 'credentials-products-dev',
      GenerateSecretString: {
        SecretStringTemplate: '{"username":"catalog"}',
        GenerateStringKey: 'password',
        PasswordLength: 32,
        ExcludePunctuation: true,
        IncludeSpace: false,
      },
    });
    template.hasResourceProperties('AWS::RDS::DBCluster', {
      MasterUsername: 'catalog',
      MasterUserPassword: {
        'Fn::Join': ['', ['{{resolve:secretsmanager:', { Ref: secret }, ':SecretString:password::}}']],
      },
    });
    template.hasResourceProperties('AWS::SecretsManager::SecretTargetAttachment', {
      SecretId: { Ref: secret },
      TargetType: 'AWS::RDS::DBCluster',
    });
  });

  it('read an existing secret by its name, and neither create nor complete it', () => {
    const template = dataOf(storefront);
    template.hasResourceProperties('AWS::RDS::DBInstance', {
      MasterUsername: '{{resolve:secretsmanager:storefront/dev/database:SecretString:username::}}',
      MasterUserPassword: '{{resolve:secretsmanager:storefront/dev/database:SecretString:password::}}',
    });
    template.resourceCountIs('AWS::SecretsManager::Secret', 0);
    template.resourceCountIs('AWS::SecretsManager::SecretTargetAttachment', 0);
  });

  it("have passwords without what RDS refuses, whatever the secret's other rules", () => {
    const products = {
      ...catalog.stores?.['products'],
      credentials: { kind: 'generated-secret', plain: false },
    };
    dataOf({ ...catalog, stores: { products } }).hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { ExcludePunctuation: false, IncludeSpace: false, ExcludeCharacters: '/@"\'' },
    });
  });
});
