import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import payments from '../../../../systems/payments/breakwater.config.ts';
import storefront from '../../../../systems/storefront/breakwater.config.ts';
import { partsOf, planOf } from './testing.ts';

describe('image repositories', () => {
  it('are one per service, scanned, encrypted, and keep the images that the definition says', () => {
    const template = partsOf(planOf(payments)).template('registries');
    template.resourceCountIs('AWS::ECR::Repository', 3);
    template.allResourcesProperties('AWS::ECR::Repository', {
      ImageScanningConfiguration: { ScanOnPush: true },
      ImageTagMutability: 'MUTABLE',
      EncryptionConfiguration: { EncryptionType: 'AES256' },
    });
    const { template: shop } = partsOf(planOf(storefront));
    const policies = Object.values(shop('registries').findResources('AWS::ECR::Repository')).map(
      ({ Properties }) => JSON.parse(Properties.LifecyclePolicy.LifecyclePolicyText),
    );
    expect(policies).toEqual([
      {
        rules: [
          {
            rulePriority: 1,
            description: 'Keep the last 5 images',
            selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 5 },
            action: { type: 'expire' },
          },
        ],
      },
    ]);
  });

  it('go with their images, unless the environment is protected', () => {
    partsOf(planOf(payments))
      .template('registries')
      .allResources('AWS::ECR::Repository', {
        Properties: Match.objectLike({ EmptyOnDelete: true }),
        DeletionPolicy: 'Delete',
        UpdateReplacePolicy: 'Delete',
      });
    partsOf(planOf({ ...payments, protect: true }))
      .template('registries')
      .allResources('AWS::ECR::Repository', {
        Properties: Match.not(Match.objectLike({ EmptyOnDelete: true })),
        DeletionPolicy: 'Retain',
        UpdateReplacePolicy: 'Retain',
      });
  });

  it("carry the system's tags and their service's own", () => {
    partsOf(planOf(payments))
      .template('registries')
      .hasResourceProperties('AWS::ECR::Repository', {
        RepositoryName: 'order-repo-dev',
        Tags: Match.arrayWith([
          { Key: 'ManagedBy', Value: 'Breakwater' },
          { Key: 'Service', Value: 'order' },
        ]),
      });
  });

  it('can be changed before they are created', () => {
    partsOf(planOf(payments), {
      repository: (props, key) => (key === 'order' ? { ...props, repositoryName: 'elsewhere' } : props),
    })
      .template('registries')
      .hasResourceProperties('AWS::ECR::Repository', { RepositoryName: 'elsewhere' });
  });
});
