import { Match } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import catalog from '../../../../../systems/catalog/breakwater.config.ts';
import shop from '../../../../../systems/shop/breakwater.config.ts';
import { partsOf, planOf } from '../testing.ts';

const domain = 'shop.example.com';
const certificate = 'arn:aws:acm:eu-south-1:123456789012:certificate/11111111-2222-3333-4444-555555555555';
const foundationOf = (definition: unknown, account?: string) =>
  partsOf(planOf(definition, 'dev', account)).template('foundation');

describe('load balancer', () => {
  it('answers 404 to what no rule takes, and drops headers that servers read differently', () => {
    const template = foundationOf(catalog);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::LoadBalancer', {
      Name: 'alb-catalog-dev',
      Scheme: 'internet-facing',
      LoadBalancerAttributes: [
        { Key: 'deletion_protection.enabled', Value: 'false' },
        { Key: 'idle_timeout.timeout_seconds', Value: '60' },
        { Key: 'routing.http.drop_invalid_header_fields.enabled', Value: 'true' },
      ],
    });
    template.resourceCountIs('AWS::ElasticLoadBalancingV2::Listener', 1);
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [
        {
          Type: 'fixed-response',
          FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain', MessageBody: 'Not Found' },
        },
      ],
    });
  });

  it('is protected from deletion where the environment is', () => {
    foundationOf({ ...catalog, protect: true }).hasResourceProperties(
      'AWS::ElasticLoadBalancingV2::LoadBalancer',
      {
        LoadBalancerAttributes: Match.arrayWith([{ Key: 'deletion_protection.enabled', Value: 'true' }]),
      },
    );
  });

  it('serves a domain by HTTPS with the recommended policy, and redirects HTTP there', () => {
    const template = foundationOf({ ...shop, domain });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      Protocol: 'HTTPS',
      SslPolicy: 'ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09',
      Certificates: [{ CertificateArn: Match.objectLike({ Ref: Match.anyValue() }) }],
    });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 80,
      DefaultActions: [
        { Type: 'redirect', RedirectConfig: { Port: '443', Protocol: 'HTTPS', StatusCode: 'HTTP_301' } },
      ],
    });
    template.hasResourceProperties('AWS::CertificateManager::Certificate', {
      DomainName: domain,
      ValidationMethod: 'DNS',
      DomainValidationOptions: [{ DomainName: domain, HostedZoneId: { Ref: 'HostedZoneId' } }],
    });
    template.hasResourceProperties('AWS::Route53::RecordSet', {
      Name: `${domain}.`,
      Type: 'A',
      HostedZoneId: { Ref: 'HostedZoneId' },
    });
    template.hasParameter('HostedZoneId', { Type: 'AWS::Route53::HostedZone::Id' });
  });

  it('looks the hosted zone up where the account is known', () => {
    const template = foundationOf({ ...shop, domain }, '123456789012');
    expect(template.findParameters('HostedZoneId')).toEqual({});
    template.hasResourceProperties('AWS::Route53::RecordSet', { HostedZoneId: 'DUMMY' });
  });

  it('takes the certificate that it is given, without asking for another', () => {
    const template = foundationOf({ ...shop, loadBalancer: { ...shop.loadBalancer, certificate } });
    template.hasResourceProperties('AWS::ElasticLoadBalancingV2::Listener', {
      Port: 443,
      Certificates: [{ CertificateArn: certificate }],
    });
    template.resourceCountIs('AWS::CertificateManager::Certificate', 0);
    template.resourceCountIs('AWS::Route53::RecordSet', 0);
  });
});

describe('access logs', () => {
  const template = () => foundationOf({ ...catalog, loadBalancer: { accessLogs: true } });

  it('go to a bucket without a customer key, which Elastic Load Balancing could not write to', () => {
    template().hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
      },
      LifecycleConfiguration: { Rules: [{ Id: 'expire', Status: 'Enabled', ExpirationInDays: 30 }] },
    });
  });

  it('let only the log delivery of this account write, under the prefix only', () => {
    const [bucket] = Object.keys(template().findResources('AWS::S3::Bucket'));
    template().hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({
            Effect: 'Allow',
            Action: 's3:PutObject',
            Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
            Resource: {
              'Fn::Join': [
                '',
                [{ 'Fn::GetAtt': [bucket, 'Arn'] }, '/alb/AWSLogs/', { Ref: 'AWS::AccountId' }, '/*'],
              ],
            },
            Condition: Match.objectLike({ ArnLike: Match.anyValue() }),
          }),
        ]),
      },
    });
  });

  it('are switched on only when the policy is there, and stop before the bucket is emptied', () => {
    const [policy] = Object.keys(template().findResources('AWS::S3::BucketPolicy'));
    const [emptying] = Object.keys(template().findResources('Custom::S3AutoDeleteObjects'));
    const [balancer] = Object.values(
      template().findResources('AWS::ElasticLoadBalancingV2::LoadBalancer', {
        Properties: {
          LoadBalancerAttributes: Match.arrayWith([
            { Key: 'access_logs.s3.enabled', Value: 'true' },
            { Key: 'access_logs.s3.prefix', Value: 'alb' },
          ]),
        },
      }),
    );
    expect(balancer?.['DependsOn']).toEqual(expect.arrayContaining([policy, emptying]));
  });
});
