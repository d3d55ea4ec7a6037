import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildCommandLine, type CommandLine, createFolder } from './driver.ts';

const DEFINITION = `
import { auroraPostgres, defineSystem, generatedSecret } from 'breakwater';
export default defineSystem({
  name: 'books',
  region: 'eu-west-1',
  defaults: '2026-11',
  stores: { records: auroraPostgres({ credentials: generatedSecret({ username: 'books', rotate: '30 days' }) }) },
  services: {
    api: { image: './service', port: 8080, routes: ['/api/*'], uses: ['records'] },
    mail: { image: './mail', port: 8080 },
  },
});
`;

interface Resource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly secretInputs: readonly string[];
}

let cli: CommandLine;
let folder: ReturnType<typeof createFolder>;
beforeAll(async () => {
  cli = await buildCommandLine();
});
afterAll(() => cli.dispose());
beforeEach(() => {
  folder = createFolder({ 'breakwater.config.ts': DEFINITION });
  return () => folder.dispose();
});

const run = (...words: string[]) => cli.run(words, { cwd: folder.path });

async function resources(...words: string[]): Promise<readonly Resource[]> {
  const { code, stdout, stderr } = await run('synth', '--target', 'pulumi', '--json', ...words);
  expect(code, stderr).toBe(0);
  return (JSON.parse(stdout) as { readonly resources: readonly Resource[] }).resources;
}

describe('synth --target pulumi', () => {
  it('lists what a program would register, part by part', async () => {
    const { code, stdout, stderr } = await run('synth', '--target', 'pulumi');
    expect(code, stderr).toBe(0);
    const parts = [...stdout.matchAll(/^(\S+) {2}\d+ resources?$/gm)].map(([, part]) => part);
    expect(parts).toEqual([
      'system',
      'registries',
      'foundation',
      'data',
      'service/api',
      'service/mail',
      'dashboard',
    ]);
    expect(stdout).toMatch(/^ {2}aws\.ecr\.Repository +books-api$/m);
    expect(stdout).toMatch(/^ {2}aws\.rds\.Cluster +books-records$/m);
    const lines = stdout.split('\n').filter((line) => line.startsWith('  ')).length;
    expect(stderr).toContain(`${lines} resources in 7 parts`);
  });

  it('writes every registration, with secrets masked', async () => {
    const found = await resources();
    const file = join(folder.path, '.breakwater', 'pulumi.out', 'resources.json');
    expect(JSON.parse(readFileSync(file, 'utf8')).resources).toEqual(found);
    const secretive = found.filter(({ secretInputs }) => secretInputs.length > 0);
    expect(secretive.length).toBeGreaterThan(2);
    for (const { inputs, secretInputs } of secretive)
      for (const key of secretInputs) expect(inputs[key]).toBe('[secret]');
    const task = found.find(({ urn }) => urn.endsWith('::books-api') && urn.includes('taskDefinition'));
    // What AWS decides is told by the resource that it comes from.
    expect(task?.inputs['containerDefinitions']).toMatch(/\$\{books-api\.repositoryUrl\}:/);
  });

  it('writes where it is told, and nowhere else', async () => {
    await resources('--out', 'here');
    expect(existsSync(join(folder.path, 'here', 'resources.json'))).toBe(true);
    expect(existsSync(join(folder.path, '.breakwater', 'pulumi.out'))).toBe(false);
  });

  it('names resources by the Pulumi project: its file, or what the command says', async () => {
    const system = async (...words: string[]) =>
      (await resources(...words)).find(({ type }) => type === 'breakwater:index:System')?.name;
    expect(await system()).toBe('books');
    folder.write('pulumi/Pulumi.yaml', 'name: library\nruntime: nodejs\n');
    expect(await system()).toBe('library');
    expect(await system('--project', 'shelf')).toBe('shelf');
  });

  it('applies breakwater.pulumi.ts, and refuses one that says something else', async () => {
    folder.write(
      'breakwater.pulumi.ts',
      `export default { transform: { cluster: (args) => ({ ...args, name: 'changed' }) } };`,
    );
    const cluster = (await resources()).find(({ type }) => type === 'aws:ecs/cluster:Cluster');
    expect(cluster?.inputs['name']).toBe('changed');
    folder.write('breakwater.pulumi.ts', 'export default { transforms: {} };');
    const { code, stderr } = await run('synth', '--target', 'pulumi');
    expect(code).toBe(1);
    expect(stderr).toContain('transforms is not known');
  });

  it('refuses what Pulumi cannot deploy in a sentence, and unknown targets as a wrong command line', async () => {
    folder.write(
      'breakwater.config.ts',
      DEFINITION.replace(
        "routes: ['/api/*'],",
        "routes: ['/api/*'], scaling: { tasks: [2, 4], cpu: 70, resolution: '20 s' },",
      ),
    );
    const refused = await run('synth', '--target', 'pulumi');
    expect(refused.stderr).toMatch(
      /^error Pulumi cannot deploy this definition\n\n {2}error BW1701 services\.api\./m,
    );
    expect(refused.stderr).not.toContain('defect');
    expect(refused.code).toBe(1);
    const unknown = await run('synth', '--target', 'terraform');
    expect(unknown.stderr).toContain('Allowed choices are cdk, pulumi');
    expect(unknown.code).toBe(2);
  });
});

describe('outputs --from', () => {
  const OUTPUTS = join('cfn-outputs', 'flat-outputs.json');

  /** What a deployed stack would print: the names of the plan, and something for whatever AWS decides. */
  async function printed(): Promise<Record<string, string>> {
    const { stdout } = await run('synth', '--target', 'pulumi', '--json');
    const { outputs } = JSON.parse(stdout) as { readonly outputs: Record<string, string> };
    return outputs;
  }

  it('writes what pulumi stack output printed into the file that verify reads', async () => {
    const outputs = await printed();
    folder.write('printed.json', JSON.stringify({ own: 1, ...outputs }));
    const { code, stdout, stderr } = await run('outputs', '--from', 'printed.json');
    expect(code, stderr).toBe(0);
    expect(JSON.parse(folder.read(OUTPUTS))).toEqual(outputs);
    for (const key of Object.keys(outputs)) expect(stdout).toContain(key);
    expect(stderr).toContain('Written to cfn-outputs/flat-outputs.json');
  });

  it('leaves the file alone when they are not the outputs of the environment', async () => {
    folder.write('printed.json', JSON.stringify(await printed()));
    folder.write(OUTPUTS, 'as it was');
    const other = await run('outputs', '--env', 'prod', '--from', 'printed.json');
    expect(other.code).toBe(1);
    expect(other.stderr).toContain('of another system or environment than books prod');
    const nothing = await run('outputs', '--from', '-');
    expect(nothing.code).toBe(1);
    expect(nothing.stderr).toContain('The outputs are empty');
    expect((await run('outputs', '--from', 'nowhere.json')).code).toBe(2);
    expect(folder.read(OUTPUTS)).toBe('as it was');
  });
});

it.each([
  ['deploy', 'pulumi up'],
  ['diff', 'pulumi preview'],
  ['destroy', 'pulumi destroy'],
  ['rollback', 'pulumi up'],
])('%s --target pulumi says which command of Pulumi does it', async (command, instead) => {
  const { code, stderr } = await run(command, '--target', 'pulumi');
  expect(stderr).toMatch(new RegExp(`^error breakwater ${command} works by CloudFormation.*\\n.*${instead}`));
  expect(code).toBe(2);
});

describe('eject --target pulumi', () => {
  it('writes a program of the project, and never into a folder that has something in it', async () => {
    folder.write('pulumi/Pulumi.yaml', 'name: library\nruntime: nodejs\n');
    const { code, stdout, stderr } = await run('eject', '--target', 'pulumi');
    expect(code, stderr).toBe(0);
    expect(stdout.trim().split('\n')).toContain('pulumi-program/service-api.ts');
    expect(folder.read('pulumi-program/Pulumi.yaml')).toMatch(/^name: library$/m);
    expect(folder.read('pulumi-program/foundation.ts')).toContain("'library-vpc'");
    expect(folder.read('pulumi-program/package.json')).not.toContain('breakwater/');
    const again = await run('eject', '--target', 'pulumi', 'pulumi');
    expect(again.code).toBe(1);
    expect(again.stderr).toContain('is not empty');
    expect(existsSync(join(folder.path, 'pulumi', 'index.ts'))).toBe(false);
  });

  it('says which setting the names of buckets fit', async () => {
    const source = DEFINITION.replace('auroraPostgres, ', 'auroraPostgres, bucket, ');
    folder.write(
      'breakwater.config.ts',
      source
        .replace('stores: {', 'stores: { files: bucket(),')
        .replace("['records']", "['records', 'files']"),
    );
    const env = { CDK_DEFAULT_ACCOUNT: '999999999999' };
    const unknown = await cli.run(['eject', '--target', 'pulumi', 'nobodys'], { cwd: folder.path, env });
    expect(unknown.code, unknown.stderr).toBe(0);
    expect(unknown.stderr).toMatch(
      /warning The names files-\S+-bucket-dev are those of a stack with no setting/,
    );
    const known = await run('eject', '--target', 'pulumi', 'ours', '--account', '123456789012');
    expect(known.stderr).toContain('a stack with the setting `account` 123456789012');
    expect(folder.read('ours/system.ts')).toContain("allowedAccountIds: ['123456789012']");
    expect(folder.read('nobodys/system.ts')).not.toContain('999999999999');
  });

  it('says what cannot be written as source', async () => {
    folder.write(
      'breakwater.pulumi.ts',
      `export default {
        transform: { targetGroup: (args) => ({ ...args, name: args.vpcId.apply((id) => id.slice(1)) }) },
      };`,
    );
    const { code, stderr } = await run('eject', '--target', 'pulumi');
    expect(stderr).toMatch(/^error name of books-api-blue is computed from what only AWS knows/m);
    expect(stderr).not.toContain('defect');
    expect(code).toBe(1);
    expect(existsSync(join(folder.path, 'pulumi-program'))).toBe(false);
  });
});
