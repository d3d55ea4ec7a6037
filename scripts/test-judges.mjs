// Independent judges over the templates of the four reference systems: CloudFormation's own validation, cfn-lint, cdk-nag and
// checkov. `--write` writes docs/reference/policy-checks.md anew. Needs Python 3 and, at the first run, PyPI.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { cfnLint } from './judges/cfn-lint.mjs';
import { checkov } from './judges/checkov.mjs';
import { cloudFormationValidate } from './judges/cloudformation-validate.mjs';
import { CFN_LINT_LEFT, CHECKOV_LEFT, CLOUDFORMATION_LEFT } from './judges/left.mjs';
import { policyPage } from './judges/policy-page.mjs';
import { ROOT } from './setup.mjs';

const page = join(ROOT, 'docs', 'reference', 'policy-checks.md');
const writing = process.argv.includes('--write');
const problems = [];

/** What of a judge's findings nobody has accepted, and what has been accepted for nothing. */
function judge(name, findings, left) {
  const open = findings.filter(({ rule }) => !Object.hasOwn(left, rule));
  for (const { rule, level, where, what } of open)
    problems.push(`${name}: ${level} ${rule} ${where}: ${what}`);
  const seen = new Set(findings.map(({ rule }) => rule));
  for (const rule of Object.keys(left).filter((each) => !seen.has(each)))
    problems.push(`${name}: ${rule} is accepted in scripts/judges/left.mjs, but nothing breaks it any more`);
  return open.length;
}

/** Loads a module with the packages' sources in it. */
async function fromSource(entry) {
  const outfile = join(ROOT, 'node_modules', '.cache', 'breakwater', 'judges', 'synthesize.mjs');
  mkdirSync(dirname(outfile), { recursive: true });
  await build({
    entryPoints: [join(ROOT, entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    conditions: ['source'],
    logLevel: 'error',
    plugins: [
      {
        name: 'only our own',
        setup: ({ onResolve }) =>
          onResolve({ filter: /^[^./]/ }, ({ path }) =>
            /^(?:@breakwater\/|breakwater$)/.test(path) ? undefined : { path, external: true },
          ),
      },
    ],
  });
  return import(pathToFileURL(outfile).href);
}

const folder = mkdtempSync(join(tmpdir(), 'breakwater-judges-'));
try {
  const { synthesizeSystems } = await fromSource('scripts/judges/synthesize.mjs');
  const assemblies = await quietly(() => synthesizeSystems(folder));
  console.log('SYSTEM            TEMPLATES  CLOUDFORMATION  CFN-LINT        CDK-NAG');
  const all = { validate: [], lint: [] };
  for (const { name, region, templates, findings } of assemblies) {
    const validate = cloudFormationValidate(templates, region);
    const lint = cfnLint(templates);
    all.validate.push(...validate);
    all.lint.push(...lint);
    const nag = findings.filter(({ source }) => source === 'cdk-nag');
    const left = nag.filter(({ acknowledged }) => acknowledged === null);
    for (const { id, where, what } of left) problems.push(`cdk-nag: ${id} ${where}: ${what}`);
    const share = (found, accepted) =>
      `${found.filter(({ rule }) => !Object.hasOwn(accepted, rule)).length} of ${found.length} open`;
    console.log(
      [
        name.padEnd(17),
        String(templates.length).padEnd(10),
        share(validate, CLOUDFORMATION_LEFT).padEnd(15),
        share(lint, CFN_LINT_LEFT).padEnd(15),
        `${left.length} of ${nag.length} open`,
      ].join(' '),
    );
  }
  judge('CloudFormation', all.validate, CLOUDFORMATION_LEFT);
  judge('cfn-lint', all.lint, CFN_LINT_LEFT);
  for (const rule of Object.keys(CFN_LINT_LEFT).filter((each) => !each.startsWith('I')))
    problems.push(`cfn-lint: ${rule} is no informational rule, so it may not be accepted`);

  const rules = checkov(folder);
  const failed = [...rules].flatMap(([rule, { name, failures }]) =>
    failures.map((where) => ({ rule, level: 'failed', where, what: name })),
  );
  judge('checkov', failed, CHECKOV_LEFT);
  const sum = (key) => [...rules.values()].reduce((total, rule) => total + rule[key], 0);
  const failing = [...rules.values()].filter((rule) => rule.failed > 0).length;
  console.log(
    `\ncheckov: ${rules.size} rules, ${rules.size - failing} hold everywhere, ${failing} are left with a reason; ${sum('passed')} resources pass, ${sum('failed')} fail`,
  );
  const expected = policyPage(rules, CHECKOV_LEFT);
  if (writing) writeFileSync(page, expected);
  else if (read(page) !== expected)
    problems.push('docs/reference/policy-checks.md is out of date. Run: npm run test:judges -- --write');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const problem of problems) console.error(`✗ ${problem}`);
if (problems.length > 0) process.exitCode = 1;
else console.log('✓ No judge has anything to say that is not answered.');

function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** The CDK prints its validation's report on every synthesis; here the judges speak for themselves. */
async function quietly(work) {
  const { error } = console;
  console.error = () => {};
  try {
    return await work();
  } finally {
    console.error = error;
  }
}
