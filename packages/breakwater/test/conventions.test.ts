import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCommandLine, type CommandLine, createFolder } from './driver.ts';

let cli: CommandLine;
const folder = createFolder();

beforeAll(async () => {
  cli = await buildCommandLine();
});
afterAll(() => {
  cli.dispose();
  folder.dispose();
});

const run = (...words: string[]) => cli.run(words, { cwd: folder.path });

describe('help and version', () => {
  it('prints help on stdout, with every command, the exit codes and no progress', async () => {
    const { code, stdout, stderr } = await run('--help');
    expect(code).toBe(0);
    expect(stderr).toBe('');
    for (const name of [
      'dev',
      'start',
      'stop',
      'ps',
      'logs',
      'describe',
      'wait',
      'plan',
      'explain',
      'redeploy',
      'scale',
      'chaos',
      'traces',
      'doctor',
      'init',
    ]) {
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
    }
    expect(stdout).toMatch(/^ {2}130 {2}Interrupted/m);
  });

  it('prints the version of the package', async () => {
    expect(await run('--version')).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });

  it('has help for each command, with the options that mean the same everywhere', async () => {
    for (const command of ['dev', 'start', 'plan', 'ps', 'logs', 'wait']) {
      const { code, stdout } = await run(command, '--help');
      expect(code).toBe(0);
      expect(stdout).toContain('-e, --env <name>');
      expect(stdout).toContain('-c, --config <file>');
      expect(stdout).toContain('--json');
    }
  });
});

describe('a wrong command line exits 2 and says what was meant', () => {
  it.each([
    [['dve'], "unknown command 'dve'", 'Did you mean dev?'],
    [['ps', '--jsno'], "unknown option '--jsno'", 'Did you mean --json?'],
    [['chaos', 'kil-task', 'x'], "unknown command 'kil-task'", 'Did you mean kill-task?'],
    [['dev', '--port', '99999'], "argument '99999' is invalid", 'from 1 to 65535'],
    [['dev', '--time-scale', '0'], "argument '0' is invalid", 'above 0'],
    [['wait', '--for', 'luck'], "argument 'luck' is invalid", 'ready, healthy, deployment'],
    [['wait', '--timeout', 'soon'], "argument 'soon' is invalid", '30s or 2m'],
    [['scale', 'catalog', '9..2'], "'9..2' is invalid", 'above the maximum'],
    [['scale', 'catalog'], "missing required argument 'tasks'", ''],
    [['ps', '--config', 'nowhere.ts'], 'There is no file', '--config must name a definition'],
  ])('%j', async (words, message, hint) => {
    const { code, stdout, stderr } = await run(...words);
    expect(stderr).toContain(message);
    expect(stderr).toContain(hint);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('without an engine', () => {
  it.each([
    [['ps']],
    [['ps', '--json']],
    [['logs', '-f']],
    [['describe', 'catalog']],
    [['traces']],
    [['redeploy']],
    [['scale', 'catalog', '3']],
    [['chaos', 'kill-task', 'ab']],
    [['stop']],
    [['wait', '--timeout', '100ms']],
  ])('%j exits 7 and says how to start one', async (words) => {
    const { code, stdout, stderr } = await run(...words);
    expect(stderr).toMatch(/^error No engine runs in this folder\n {2}→ .*`breakwater start`/);
    expect(stdout).toBe('');
    expect(code).toBe(7);
  });
});

describe('without a definition', () => {
  it.each([[['dev']], [['start']], [['plan']], [['explain', 'services']]])(
    '%j exits 1 and points to init',
    async (words) => {
      const { code, stderr } = await run(...words);
      expect(stderr).toMatch(
        /^error There is no breakwater.config.ts in .* or above\n {2}→ .*`breakwater init`/,
      );
      expect(code).toBe(1);
    },
  );
});

describe('colour', () => {
  it('is used when asked for, and not with NO_COLOR', async () => {
    const asked = await cli.run(['ps'], { cwd: folder.path, env: { NO_COLOR: '', FORCE_COLOR: '1' } });
    expect(asked.stderr).toContain('\u001b[31merror\u001b[39m');
    const { stderr } = await run('ps');
    expect(stderr).not.toContain('\u001b[');
  });
});
