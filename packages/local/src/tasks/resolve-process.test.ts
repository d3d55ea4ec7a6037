import { describe, expect, it } from 'vitest';
import { readDockerfile } from './dockerfile.ts';
import { freePort, freePortInShell, substitutePort } from './port-reference.ts';
import { type ResolvedProcess, resolveProcess } from './resolve-process.ts';
import type { SourceFiles } from './source-files.ts';

const memory = (files: Readonly<Record<string, string>>): SourceFiles => ({
  readText: async (path) => files[path] ?? null,
  exists: async (path) => Object.keys(files).some((name) => name === path || name.startsWith(`${path}/`)),
});

type Service = Parameters<typeof resolveProcess>[0];
const SERVICE: Service = {
  name: 'api',
  image: {
    kind: 'build',
    context: 'service',
    dockerfile: 'Dockerfile',
    target: null,
    args: {},
    tag: 'latest',
  },
  process: { directory: 'service', build: null, command: null, watch: ['.'] },
  command: null,
  port: 5000,
};

function resolve(
  files: Readonly<Record<string, string>>,
  change: Partial<Service> = {},
): Promise<ResolvedProcess> {
  const all = Object.fromEntries(
    Object.entries(files).map(([name, text]) => [`/project/service/${name}`, text]),
  );
  return resolveProcess(
    { ...SERVICE, ...change },
    '/project',
    memory({ ...all, '/project/service/.keep': '' }),
  );
}
const commandLine = ({ command, args }: ResolvedProcess): readonly string[] => [command, ...args];

describe('resolveProcess', () => {
  it('takes the command of the definition before everything else', async () => {
    const found = await resolve(
      { Dockerfile: 'FROM x\nCMD ["other"]', 'package.json': '{"scripts":{"build":"tsc -b"}}' },
      { process: { ...SERVICE.process, command: ['node', 'dist/main.js', '--port', '$PORT'] } },
    );
    expect(found).toMatchObject({
      command: 'node',
      args: ['dist/main.js', '--port', '$PORT'],
      cwd: '/project/service',
      build: { command: 'tsc', args: ['-b'] },
      source: 'the definition',
    });
    expect(found.path.slice(0, 3)).toEqual([
      '/project/service/node_modules/.bin',
      '/project/node_modules/.bin',
      '/node_modules/.bin',
    ]);
  });

  it('reads the Dockerfile: last stage, entrypoint and command, folder, variables, signal', async () => {
    const found = await resolve({
      Dockerfile: `
        FROM node:22 AS build
        WORKDIR /src
        CMD ["never"]
        FROM python:3.13-slim AS base
        ENV APP_HOME=/app \\
            GREETING="hello world"
        ENV PATH="$APP_HOME/.venv/bin:$PATH"
        WORKDIR $APP_HOME
        FROM base
        ENV MODE=production TEMPLATES=\${APP_HOME}/templates
        STOPSIGNAL SIGQUIT
        ENTRYPOINT ["/usr/bin/tini", "--", "gunicorn"]
        CMD ["--bind", "0.0.0.0:5000", \\
             "--config=/app/gunicorn.py", "app:app"]`,
    });
    expect(commandLine(found)).toEqual([
      'gunicorn',
      '--bind',
      '127.0.0.1:$PORT',
      '--config=/project/service/gunicorn.py',
      'app:app',
    ]);
    expect(found.environment).toEqual({
      APP_HOME: '/project/service',
      GREETING: 'hello world',
      MODE: 'production',
      TEMPLATES: '/project/service/templates',
    });
    expect(found.path[0]).toBe('/project/service/.venv/bin');
    expect(found).toMatchObject({ stopSignal: 'SIGQUIT', source: 'the Dockerfile' });
    expect(found.notes).toEqual([expect.stringMatching(/port 5000/)]);
  });

  it("puts the definition's ECS command in the place of CMD", async () => {
    const found = await resolve(
      { Dockerfile: 'FROM x\nENTRYPOINT ["node"]\nCMD ["a.js"]' },
      { command: ['worker.js', '--queue', 'mail'] },
    );
    expect(commandLine(found)).toEqual(['node', 'worker.js', '--queue', 'mail']);
  });

  it('runs a shell line by the shell only where it needs one, and says what Fargate makes of it', async () => {
    const plain = await resolve({ Dockerfile: 'FROM x\nCMD node server.js' });
    expect(commandLine(plain)).toEqual(['node', 'server.js']);
    expect(plain.notes).toEqual([]);
    const shell = await resolve({ Dockerfile: 'FROM x\nCMD node migrate.js && node server.js --port 5000' });
    expect(commandLine(shell)).toEqual(['/bin/sh', '-c', 'node migrate.js && node server.js --port $PORT']);
    expect(shell.notes.join(' ')).toMatch(/does not pass SIGTERM on/);
  });

  it('runs a start script without npm in between', async () => {
    const found = await resolve({
      'package.json': '{"scripts":{"start":"node --enable-source-maps dist/main.js"}}',
    });
    expect(commandLine(found)).toEqual(['node', '--enable-source-maps', 'dist/main.js']);
    const shell = await resolve({
      'package.json': '{"scripts":{"start":"NODE_ENV=x node .","prestart":"echo hi"}}',
    });
    expect(commandLine(shell)).toEqual(['/bin/sh', '-c', 'echo hi && NODE_ENV=x node .']);
  });

  it.each([
    ['npm', 'start'],
    ['npm', 'run', 'serve'],
    ['yarn', 'serve'],
    ['pnpm', 'run', 'serve'],
  ])('runs the script itself for %s %s %s', async (...words) => {
    const found = await resolve({
      Dockerfile: `FROM x\nCMD ${JSON.stringify(words.filter((word) => word !== undefined))}`,
      'package.json': '{"scripts":{"start":"node a.js","serve":"node a.js"}}',
    });
    expect(commandLine(found)).toEqual(['node', 'a.js']);
    expect(found.notes).toEqual([expect.stringMatching(/does not reliably pass SIGTERM on/)]);
  });

  it('leaves a runner alone whose script is not there, or that is asked for more', async () => {
    const npm = (...command: string[]) =>
      resolve(
        { 'package.json': '{"scripts":{"serve":"node a.js"}}' },
        { process: { ...SERVICE.process, command } },
      );
    expect(commandLine(await npm('npm', 'start'))).toEqual(['npm', 'start']);
    expect(commandLine(await npm('npm', 'run', 'serve', '--', '-v'))).toEqual([
      'npm',
      'run',
      'serve',
      '--',
      '-v',
    ]);
    expect(commandLine(await npm('npm', 'install'))).toEqual(['npm', 'install']);
  });

  it('goes on to package.json when the Dockerfile names no command', async () => {
    const found = await resolve({
      Dockerfile: 'FROM x\nRUN npm ci',
      'package.json': '{"main":"index.js"}',
      'index.js': '',
    });
    expect(commandLine(found)).toEqual(['node', 'index.js']);
  });

  it('takes a Procfile or a Python program where there is nothing else', async () => {
    expect(commandLine(await resolve({ Procfile: 'release: x\nweb: gunicorn app:app -b :$PORT\n' }))).toEqual(
      ['/bin/sh', '-c', 'gunicorn app:app -b :$PORT'],
    );
    expect(commandLine(await resolve({ 'app.py': '' }))).toEqual(['python3', 'app.py']);
  });

  it('lists what it looked for when nothing is there', async () => {
    await expect(resolve({})).rejects.toMatchObject({
      code: 'NO_START_COMMAND',
      message: expect.stringMatching(/service "api".*Dockerfile.*package\.json.*Procfile.*app\.py/),
    });
  });

  it('says that the folder is missing, or the package.json damaged', async () => {
    await expect(resolveProcess(SERVICE, '/elsewhere', memory({}))).rejects.toMatchObject({
      code: 'FOLDER_MISSING',
    });
    await expect(resolve({ 'package.json': '{' })).rejects.toMatchObject({ code: 'PACKAGE_JSON_INVALID' });
  });
});

describe('readDockerfile', () => {
  it('finds a stage by name, and knows when there is none', () => {
    const text = 'FROM a AS one\nCMD ["1"]\nFROM b AS two\nCMD ["2"]';
    expect(readDockerfile(text, 'one', {})?.command).toEqual({ form: 'exec', words: ['1'] });
    expect(readDockerfile(text, '1', {})?.command).toEqual({ form: 'exec', words: ['2'] });
    expect(readDockerfile(text, 'three', {})).toBeNull();
    expect(readDockerfile('', null, {})).toBeNull();
  });

  it('keeps a CMD of the same stage at an ENTRYPOINT, and drops an inherited one', () => {
    expect(readDockerfile('FROM a\nCMD ["x"]\nENTRYPOINT ["y"]', null, {})?.command).toEqual({
      form: 'exec',
      words: ['x'],
    });
    expect(readDockerfile('FROM a AS b\nCMD ["x"]\nFROM b\nENTRYPOINT ["y"]', null, {})?.command).toBeNull();
  });

  it('knows build arguments, their defaults, and escaped quotes in exec form', () => {
    const text =
      // biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are of the text that is read, not of a template.
      'ARG BASE=node\nFROM $BASE AS x\nARG MODE=dev\nENV MODE=$MODE N=${NOTHING:-none}\nCMD ["a \\"b\\"", "c"]';
    expect(readDockerfile(text, null, {})).toMatchObject({
      environment: { MODE: 'dev', N: 'none' },
      command: { form: 'exec', words: ['a "b"', 'c'] },
    });
    expect(readDockerfile(text, null, { MODE: 'prod' })?.environment).toMatchObject({ MODE: 'prod' });
  });
});

describe('the port in a command', () => {
  it.each([
    [
      ['--port', '5000'],
      ['--port', '$PORT'],
    ],
    [['--port=5000'], ['--port=$PORT']],
    [
      ['-b', '0.0.0.0:5000'],
      ['-b', '127.0.0.1:$PORT'],
    ],
    [['--bind=:5000'], ['--bind=127.0.0.1:$PORT']],
    [
      ['-b', ':5000'],
      ['-b', '127.0.0.1:$PORT'],
    ],
    [
      ['--workers', '5000', 'db:5000', '50001', 'http://db:5000/x'],
      ['--workers', '5000', 'db:5000', '50001', 'http://db:5000/x'],
    ],
  ])('%j becomes %j', (given, expected) => {
    expect(freePort(given, 5000)).toEqual(expected);
  });

  it('is found in a shell line', () => {
    expect(freePortInShell('exec gunicorn -b 0.0.0.0:5000 app && x --port 5000 --n 5000', 5000)).toBe(
      'exec gunicorn -b 127.0.0.1:$PORT app && x --port $PORT --n 5000',
    );
  });

  it('is put in where the command says so', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the braces are of the text that is read, not of a template.
    expect(substitutePort('a=$PORT b=${PORT}1 $PORTS', 8)).toBe('a=8 b=81 $PORTS');
  });
});
