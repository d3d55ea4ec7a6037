// Proves that what would be published installs and runs outside the workspace: packs every public package, installs the
// tarballs into an empty folder, writes a definition there with `init`, type-checks it against the published types, runs
// the system and asks it for an answer; then installs the packages for Pulumi and for AWS as well and compiles it.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const folder = mkdtempSync(join(tmpdir(), 'breakwater-packed-'));
const tarballs = join(folder, 'tarballs');
const project = join(folder, 'project');
mkdirSync(tarballs);
mkdirSync(project);

const run = (command, args, cwd = project) => {
  console.log(`$ ${command} ${args.join(' ')}`);
  return execFileSync(command, args, {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NO_COLOR: '1' },
  });
};
const must = (condition, sentence) => {
  if (!condition) throw new Error(sentence);
  console.log(`✓ ${sentence}`);
};

let started = false;
const cli = join(project, 'node_modules', '.bin', 'breakwater');
try {
  for (const name of readdirSync(join(root, 'packages'))) {
    const manifest = JSON.parse(readFileSync(join(root, 'packages', name, 'package.json'), 'utf8'));
    if (manifest.private) continue;
    const [packed] = JSON.parse(
      run(
        'npm',
        ['pack', '--json', '--silent', '--pack-destination', tarballs],
        join(root, 'packages', name),
      ),
    );
    const files = packed.files.map((file) => file.path);
    must(
      files.includes('dist/index.js') && files.includes('dist/index.d.ts'),
      `${packed.name} carries its build and its types`,
    );
    must(
      !files.some((file) => /\.test\.|tsbuildinfo/.test(file)),
      `${packed.name} carries no test and no build cache`,
    );
  }
  writeFileSync(
    join(project, 'package.json'),
    JSON.stringify({ name: 'hello', private: true, type: 'module', scripts: { start: 'node server.mjs' } }),
  );
  writeFileSync(
    join(project, 'server.mjs'),
    `import { createServer } from 'node:http';
createServer((request, response) => response.end('hello from ' + request.url)).listen(Number(process.env.PORT ?? 3000));
`,
  );
  const all = readdirSync(tarballs).map((file) => join(tarballs, file));
  const forAws = all.filter((file) => /breakwater-(aws|cdk)-\d/.test(file));
  const forPulumi = all.filter((file) => /breakwater-pulumi-\d/.test(file));
  const files = all.filter((file) => !forAws.includes(file) && !forPulumi.includes(file));
  const { version } = JSON.parse(
    readFileSync(join(root, 'node_modules', 'typescript', 'package.json'), 'utf8'),
  );
  const install = (...packages) =>
    run('npm', ['install', '--no-audit', '--no-fund', '--prefer-offline', ...packages]);
  install(...files, `typescript@${version}`, '@types/node@20');
  must(run(cli, ['--version']).trim() !== '', 'the installed command line answers');
  run(cli, ['init']);
  must(readdirSync(project).includes('breakwater.config.ts'), '`init` wrote a definition');
  run(join(project, 'node_modules', '.bin', 'tsc'), [
    '--noEmit',
    '--strict',
    '--module',
    'nodenext',
    '--target',
    'es2023',
    'breakwater.config.ts',
  ]);
  must(true, 'the definition type-checks against the published types');
  must(JSON.parse(run(cli, ['plan', '--json'])).plan?.format === 1, '`plan` resolves it');
  started = true;
  run(cli, ['start', '--json']);
  const [engine] = [JSON.parse(run(cli, ['describe', '--json']))];
  const answer = await (await fetch(`${engine.url}/`)).text();
  must(answer === 'hello from /', `the system answers through the router at ${engine.url}`);
  run(cli, ['stop']);
  started = false;
  const after = spawnSync(cli, ['ps'], { cwd: project });
  must(after.status === 7, 'after `stop` nothing runs (exit code 7)');
  const without = spawnSync(cli, ['synth'], { cwd: project, encoding: 'utf8' });
  must(
    without.status === 1 &&
      without.stderr.includes('npm install --save-dev @breakwater/cdk aws-cdk-lib constructs'),
    'without the packages for AWS, `synth` says what to install',
  );
  const withoutPulumi = spawnSync(cli, ['synth', '--target', 'pulumi'], { cwd: project, encoding: 'utf8' });
  must(
    withoutPulumi.status === 1 &&
      withoutPulumi.stderr.includes('npm install --save-dev @breakwater/pulumi @pulumi/pulumi @pulumi/aws'),
    'without the packages for Pulumi, `synth --target pulumi` says what to install',
  );
  // @pulumi/pulumi asks for TypeScript below 7, for a loader of its own that nobody uses here: docs/pulumi.md says so.
  const manifest = join(project, 'package.json');
  const before = JSON.parse(readFileSync(manifest, 'utf8'));
  const overrides = { '@pulumi/pulumi': { typescript: '$typescript' } };
  writeFileSync(manifest, JSON.stringify({ ...before, overrides }));
  install(...forPulumi);
  const { resources } = JSON.parse(run(cli, ['synth', '--target', 'pulumi', '--json']));
  must(
    resources.some(({ type }) => type === 'aws:ecs/service:Service'),
    '`synth --target pulumi` compiles it, without the packages for AWS',
  );
  run(cli, ['eject', '--target', 'pulumi']);
  run(join(project, 'node_modules', '.bin', 'tsc'), ['--noEmit', '--project', 'pulumi-program']);
  must(true, '`eject --target pulumi` writes a program that type-checks');
  install(...forAws);
  const { stacks } = JSON.parse(run(cli, ['synth', '--json']));
  must(stacks.length >= 3 && stacks.every(({ resources }) => resources > 0), '`synth` compiles it');
  must(Array.isArray(JSON.parse(run(cli, ['check', '--json'])).findings), '`check` checks it');
  run(cli, ['eject', 'infra']);
  must(readdirSync(join(project, 'infra')).includes('cdk.json'), '`eject` writes its CDK program');
  const anonymous = spawnSync(cli, ['status'], {
    cwd: project,
    encoding: 'utf8',
    env: {
      ...process.env,
      AWS_ACCESS_KEY_ID: '',
      AWS_PROFILE: '',
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });
  must(anonymous.status === 10, 'without credentials, `status` says so (exit code 10)');
  console.log('Packed packages install and run outside the workspace.');
} finally {
  if (started) spawnSync(cli, ['stop'], { cwd: project, stdio: 'inherit' });
  rmSync(folder, { recursive: true, force: true });
}
