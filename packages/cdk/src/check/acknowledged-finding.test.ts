import { expect, test } from 'vitest';
import { acknowledge } from './acknowledged-finding.ts';
import type { Finding } from './finding.ts';

const finding = (id: string, where: string, acknowledged: string | null = null): Finding => ({
  id,
  where,
  acknowledged,
  severity: 'error',
  what: 'It is open.',
  why: 'Anybody comes in.',
  fix: 'Close it.',
  source: 'breakwater',
});

test.each([
  [{ rule: 'check/no-https' }, true],
  [{ rule: 'check/no-http' }, false],
  [{ rule: 'check/no-https', where: 'services.api.routes' }, true],
  [{ rule: 'check/no-https', where: 'services.api' }, true],
  [{ rule: 'check/no-https', where: 'services.*.routes' }, true],
  [{ rule: 'check/no-https', where: 'services.ap' }, false],
  [{ rule: 'check/no-https', where: 'servicesXapi' }, false],
  [{ rule: 'check/no-https', where: 'api' }, false],
])('%j covers the finding or not: %s', (given, covered) => {
  const [found] = acknowledge(
    [finding('check/no-https', 'services.api.routes')],
    [{ ...given, reason: 'ours' }],
  );
  expect(found?.acknowledged).toBe(covered ? 'ours' : null);
});

test('a rule covers its findings in brackets, a finding in brackets only itself', () => {
  const role = 'shop-dev-service-api/TaskRole/Resource';
  const findings = [
    finding('AwsSolutions-IAM5[Resource::*]', role),
    finding('AwsSolutions-IAM5[Action::s3:*]', role),
  ];
  const by = (rule: string) =>
    acknowledge(findings, [{ rule, where: 'shop-*-service-api/TaskRole', reason: 'ours' }]).map(
      ({ acknowledged }) => acknowledged,
    );
  expect(by('AwsSolutions-IAM5')).toEqual(['ours', 'ours']);
  expect(by('AwsSolutions-IAM5[Resource::*]')).toEqual(['ours', null]);
});

test('what is acknowledged already keeps its reason', () => {
  const [found] = acknowledge([finding('a', 'b', 'before')], [{ rule: 'a', reason: 'after' }]);
  expect(found?.acknowledged).toBe('before');
});
