import { expect, test } from 'vitest';
import { buildCommand, loginCommand, platformOf } from './build-tool.ts';
import { ownImage } from './registry.ts';

test('the build names platform, Dockerfile, stage and arguments as the definition says', () => {
  const image = {
    kind: 'build',
    context: './service/',
    dockerfile: 'docker/Dockerfile',
    target: 'production',
    args: { NODE_ENV: 'production', VERSION: '1 2' },
    tag: 'latest',
  } as const;
  const platform = platformOf({ architecture: 'ARM64' });
  expect(buildCommand('podman', image, { platform, names: ['r/a:latest', 'r/a:release-1'] })).toEqual([
    'podman',
    'build',
    '--platform',
    'linux/arm64',
    '--file',
    './service/docker/Dockerfile',
    '--target',
    'production',
    '--build-arg',
    'NODE_ENV=production',
    '--build-arg',
    'VERSION=1 2',
    '--tag',
    'r/a:latest',
    '--tag',
    'r/a:release-1',
    './service/',
  ]);
});

test('the password of the registry is no argument', () => {
  const command = loginCommand('docker', { user: 'AWS', password: 'secret' }, 'registry');
  expect(command.join(' ')).toBe('docker login --username AWS --password-stdin registry');
});

test('images of the own registry are told from those of others', () => {
  const session = { account: '123456789012', region: 'eu-west-1' } as Parameters<typeof ownImage>[0]; // nothing else is read
  const own = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/api';
  expect(ownImage(session, `${own}:1.2`)).toEqual({ repository: 'team/api', image: { tag: '1.2' } });
  expect(ownImage(session, own)).toEqual({ repository: 'team/api', image: { tag: 'latest' } });
  const digest = `sha256:${'a'.repeat(64)}`;
  expect(ownImage(session, `${own}@${digest}`)).toEqual({ repository: 'team/api', image: { digest } });
  expect(ownImage(session, own.replace('eu-', 'us-'))).toBeNull();
  expect(ownImage(session, 'public.ecr.aws/nginx/nginx:1')).toBeNull();
});
