import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { chooseTask } from './exec.ts';
import { parseStream } from './logs.ts';
import { Seen } from './seen.ts';
import { isOlder, pluginVersion, runPlugin } from './session-plugin.ts';
import { type ServiceStatus, summarise } from './status.ts';

describe('the session-manager plugin', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'breakwater-plugin-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  async function script(body: string): Promise<string> {
    const file = join(folder, 'plugin');
    await writeFile(file, `#!/bin/sh\n${body}\n`);
    await chmod(file, 0o755);
    return file;
  }

  test('is asked for when it is missing, and for a newer one when it is too old', async () => {
    await expect(pluginVersion(join(folder, 'none'))).rejects.toMatchObject({
      message: 'The Session Manager plugin is not installed',
      fix: expect.stringContaining('https://docs.aws.amazon.com/'),
    });
    await expect(pluginVersion(await script('echo 1.2.398.0'))).rejects.toMatchObject({
      message: 'The Session Manager plugin 1.2.398.0 is too old',
    });
    expect(await pluginVersion(await script('echo 1.2.707.0'))).toBe('1.2.707.0');
  });

  test('is given its token in the environment and never among its arguments', async () => {
    const plugin = await script(
      `echo "$@" > ${folder}/arguments\necho "$AWS_SSM_START_SESSION_RESPONSE" > ${folder}/session\nexit 3`,
    );
    const code = await runPlugin(plugin, {
      session: { sessionId: 's-1', streamUrl: 'wss://example', tokenValue: 'secret-token' },
      region: 'eu-west-1',
      profile: '',
      target: 'ecs:c_t_r',
      endpoint: 'https://ssm.eu-west-1.amazonaws.com',
    });
    expect(code).toBe(3);
    const given = await readFile(join(folder, 'arguments'), 'utf8');
    expect(given.trim()).toBe(
      'AWS_SSM_START_SESSION_RESPONSE eu-west-1 StartSession  {"Target":"ecs:c_t_r"} https://ssm.eu-west-1.amazonaws.com',
    );
    expect(JSON.parse(await readFile(join(folder, 'session'), 'utf8'))).toEqual({
      SessionId: 's-1',
      StreamUrl: 'wss://example',
      TokenValue: 'secret-token',
    });
    expect(process.env['AWS_SSM_START_SESSION_RESPONSE']).toBeUndefined();
  });

  test.each([
    ['1.2.496.0', true],
    ['1.2.497.0', false],
    ['1.2.1000.0', false],
    ['1.3.0', false],
    ['2', false],
    ['not a version', true],
  ])('version %s is too old: %s', (version, older) => {
    expect(isOlder(version)).toBe(older);
  });
});

describe('the task that a command runs in', () => {
  const task = (id: string, at: number) => ({
    taskArn: `arn:aws:ecs:r:1:task/c/${id}`,
    startedAt: new Date(at),
  });
  const tasks = [task('aa11', 1), task('bb22', 3), task('ab33', 2)];
  const service = { key: 'api', name: 'api-dev' };

  test('is the newest, or the one whose id begins as asked', () => {
    expect(chooseTask(tasks, undefined, service).taskArn).toContain('bb22');
    expect(chooseTask(tasks, 'aa', service).taskArn).toContain('aa11');
  });

  test('has to be one', () => {
    expect(() => chooseTask(tasks, 'a', service)).toThrow(
      'Several tasks of api-dev have ids that begin with a',
    );
    expect(() => chooseTask(tasks, 'zz', service)).toThrow(
      'No running task of api-dev has an id that begins with zz',
    );
    expect(() => chooseTask([], undefined, service)).toThrow('No task of api-dev is running');
  });
});

describe('lines of logs', () => {
  test('tell container and task by their stream', () => {
    expect(parseStream('task-dev/api/0f1e')).toEqual({ task: '0f1e', container: 'api' });
    expect(parseStream('a/b/api/0f1e')).toEqual({ task: '0f1e', container: 'api' });
    expect(parseStream('other')).toEqual({ task: null, container: null });
  });

  test('are shown once, and forgotten when they cannot come again', () => {
    const seen = new Seen(100);
    expect([seen.add('a', 1_000), seen.add('a', 1_000), seen.add('b', 1_050)]).toEqual([true, false, true]);
    seen.forgetBefore(2_000);
    expect(seen.size).toBe(2);
    seen.add('c', 1_120);
    seen.forgetBefore(2_000);
    expect([seen.add('b', 1_050), seen.add('a', 1_000)]).toEqual([false, true]);
  });
});

describe('a system in a word', () => {
  const service: ServiceStatus = {
    key: 'api',
    name: 'api-dev',
    state: 'ACTIVE',
    desired: 2,
    running: 2,
    pending: 0,
    minimum: 2,
    maximum: 4,
    revision: 1,
    image: null,
    deployments: [],
    targets: { healthy: 2 },
    paths: [],
    events: [],
  };
  const alarm = { key: 'a', name: 'a', reason: '', since: null };
  const database = { key: 'd', name: 'd', state: 'modifying', engine: 'x', endpoint: null };
  const moving = {
    revision: 2,
    status: 'PRIMARY',
    state: 'IN_PROGRESS',
    reason: null,
    desired: 2,
    running: 1,
    pending: 1,
    failed: 0,
    createdAt: null,
  } as const;

  test.each([
    ['ready', summarise([service], [], [])],
    ['ready', summarise([{ ...service, targets: null }], [], [])],
    ['degraded', summarise([{ ...service, running: 1 }], [], [])],
    ['degraded', summarise([{ ...service, targets: { healthy: 1, unhealthy: 1 } }], [], [])],
    ['degraded', summarise([{ ...service, state: 'missing' }], [], [])],
    ['degraded', summarise([service], [database], [])],
    ['degraded', summarise([service], [], [alarm])],
    ['deploying', summarise([{ ...service, running: 1, deployments: [moving] }], [], [alarm])],
  ])('is %s', (word, state) => {
    expect(state).toBe(word);
  });
});
