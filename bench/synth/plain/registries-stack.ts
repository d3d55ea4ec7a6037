import { type App, CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import * as ecr from 'aws-cdk-lib/aws-ecr';
import { env } from './names.ts';

export class RegistriesStack extends Stack {
  readonly repository: ecr.Repository;
  constructor(app: App, id: string, props: StackProps) {
    super(app, id, props);
    this.repository = new ecr.Repository(this, 'Catalog', {
      repositoryName: `repo-catalog-${env}`,
      imageScanOnPush: true,
      emptyOnDelete: true,
      removalPolicy: RemovalPolicy.DESTROY,
      lifecycleRules: [{ maxImageCount: 10 }],
    });
    new CfnOutput(this, 'CatalogRegistryUri', { value: this.repository.repositoryUri });
  }
}
