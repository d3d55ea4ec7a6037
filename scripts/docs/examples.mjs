// TypeScript examples in the documentation: made complete, type-checked together and resolved, each by its place in its page.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const IMPORTS =
  "import { auroraPostgres, bucket, defineSystem, existingSecret, generatedSecret, postgres, table } from 'breakwater';" +
  ' void [auroraPostgres, bucket, existingSecret, generatedSecret, postgres, table];';
const BEGIN = `${IMPORTS} export default defineSystem({ name: 'example', region: 'eu-south-1',`;
const SERVICE = "image: 'nginx:1.29',";
const SERVICES = `services: { web: { ${SERVICE} routes: ['/*'] } }`;

/** What stands around a part of a definition, by the word after `ts` in its fence. */
const AROUND = {
  system: [BEGIN, `, ${SERVICES} });`],
  systems: [BEGIN, '});'],
  service: [`${BEGIN} services: { web: { ${SERVICE}`, '} } });'],
  services: [`${BEGIN} services: {`, '} });'],
};

/**
 * A block as a module whose line n + 1 is the block's line n. A block with an import is a module already; of the others
 * the fence says which part of a definition it is: `ts system`, `ts systems` (with services), `ts service`, `ts services`;
 * `ts module` is any other module, which is type-checked and not resolved.
 * @param {{ text: string, info: string[] }} block
 * @returns {string | null} null when nothing says what it is
 */
export function toModule({ text, info }) {
  if (info[0] === 'module' || /^import .*from 'breakwater';/m.test(text)) return `\n${text}\n`;
  const around = AROUND[info[0]];
  if (around === undefined) return null;
  const body = text.trimEnd().replace(/,$/, '');
  return `${around[0]}\n${body}\n${around[1]}\n`;
}

/**
 * @param {{ file: string, line: number, text: string, info: string[] }[]} blocks
 * @param {string} root of the repository
 * @returns {Promise<string[]>} a sentence for each mistake, beginning with `file:line`
 */
export async function checkExamples(blocks, root) {
  const cache = join(root, 'node_modules', '.cache', 'breakwater');
  mkdirSync(cache, { recursive: true });
  // Below the repository, so that its packages are found.
  const folder = mkdtempSync(join(cache, 'docs-'));
  try {
    return await checkIn(folder, blocks, root);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkIn(folder, blocks, root) {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  const problems = [];
  const examples = blocks.flatMap((block, index) => {
    const source = toModule(block);
    if (source !== null) return [{ ...block, source, name: `example-${index}` }];
    problems.push(
      `${block.file}:${block.line} this example imports nothing from 'breakwater', and its fence does not say which part of a definition it is (ts service, services, system or systems; ts module for another module)`,
    );
    return [];
  });
  for (const { name, source } of examples) writeFileSync(join(folder, `${name}.ts`), source);
  const isModule = ({ info }) => info[0] === 'module';
  const definitions = examples.filter((each) => !isModule(each));
  problems.push(...typeCheck(definitions, folder, root, {}));
  // The CDK's own types do not hold with this flag, so its users have it off.
  problems.push(...typeCheck(examples.filter(isModule), folder, root, { exactOptionalPropertyTypes: false }));
  if (problems.length === 0) problems.push(...(await resolveAll(definitions, folder)));
  return problems;
}

function typeCheck(examples, folder, root, options) {
  if (examples.length === 0) return [];
  const config = {
    extends: relative(folder, join(root, 'tsconfig.base.json')),
    compilerOptions: {
      noEmit: true,
      composite: false,
      declaration: false,
      declarationMap: false,
      customConditions: ['source'],
      ...options,
    },
    files: examples.map(({ name }) => `${name}.ts`),
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config, null, 2));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
    encoding: 'utf8',
    cwd: folder,
  });
  if (status === 0) return [];
  const problems = [];
  for (const text of stdout.split('\n')) {
    const [, name, line, message] = /([\w-]+)\.ts\((\d+),\d+\): error (.*)$/.exec(text) ?? [];
    const example = examples.find((each) => each.name === name);
    if (example) problems.push(`${example.file}:${example.line + Number(line) - 2} ${message}`);
    else if (/^\s+\S/.test(text) && problems.length > 0) problems.push(`${problems.pop()}\n${text}`);
    else if (text.trim() !== '') problems.push(text);
  }
  return problems;
}

/** Everything in one bundle from the sources, so that no build can be stale. */
async function resolveAll(examples, folder) {
  const imports = examples.map(({ name }, index) => `import e${index} from './${name}.ts';`);
  const list = examples.map((_, index) => `e${index}`).join(', ');
  writeFileSync(
    join(folder, 'all.ts'),
    `${imports.join('\n')}\nexport { formatDiagnostics, resolve } from '@breakwater/plan';\nexport const definitions = [${list}];\n`,
  );
  const outfile = join(folder, 'all.mjs');
  await build({
    entryPoints: [join(folder, 'all.ts')],
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['source'],
    logLevel: 'error',
    outfile,
  });
  const { definitions, formatDiagnostics, resolve } = await import(pathToFileURL(outfile).href);
  const problems = [];
  for (const [index, { file, line }] of examples.entries()) {
    const definition = definitions[index];
    for (const env of new Set(['dev', ...Object.keys(definition?.environments ?? {})])) {
      const { diagnostics } = resolve(definition, { env });
      const bad = diagnostics.filter(({ severity }) => severity !== 'info');
      if (bad.length > 0)
        problems.push(`${file}:${line} does not resolve for ${env}:\n${formatDiagnostics(bad)}`);
    }
  }
  return problems;
}
