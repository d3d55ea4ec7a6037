import { accountNames } from '@breakwater/plan';
import { call, literal, object, quote, render, text } from '@breakwater/plan/code';
import type { AssemblyStack } from './assembly.ts';
import type { EjectedFile } from './eject.ts';
import type { StackModel } from './model.ts';
import { usedStacks } from './stack-source.ts';
import type { SystemModel } from './system.ts';

/** Versions that the program is written for; its CDK version is the one that wrote it. */
const VERSIONS = {
  'aws-cdk': '2.1148.1',
  tsx: '^4.20.0',
  typescript: '^5.9.0',
  '@types/node': '^20.19.0',
} as const;

/** All files of the program besides its stacks. */
export function projectFiles(system: SystemModel, cdkVersion: string): readonly EjectedFile[] {
  return [
    { path: 'README.md', text: readme(system) },
    { path: 'package.json', text: packageJson(system, cdkVersion) },
    { path: 'cdk.json', text: cdkJson(system) },
    { path: 'tsconfig.json', text: TSCONFIG },
    { path: '.gitignore', text: 'node_modules/\ncdk.out/\n' },
    { path: `bin/${system.plan.system}.ts`, text: program(system) },
    ...sharedFiles(system),
    ...assetFiles(system),
  ];
}

function program(system: SystemModel): string {
  const { stacks, plan } = system;
  const sameEnv =
    new Set(stacks.map(({ stack }) => JSON.stringify([stack.account, stack.region]))).size === 1;
  const needsRule = stacks.some(({ stack }) => !('BootstrapVersion' in (stack.template.Parameters ?? {})));
  const creations = stacks.map((model) => creation(model, system, sameEnv));
  const first = stacks[0];
  const imports = ['App', ...(needsRule ? ['DefaultStackSynthesizer'] : [])];
  const reporting = stacks.some(({ stack }) =>
    Object.values(stack.template.Resources ?? {}).some(({ Type }) => Type === 'AWS::CDK::Metadata'),
  );
  return [
    `import { ${imports.join(', ')} } from 'aws-cdk-lib';`,
    ...stacks
      .map(({ className, file }) => `import { ${className} } from '../lib/${file}-stack.ts';`)
      .toSorted((a, b) => (a.split("'")[1] ?? '').localeCompare(b.split("'")[1] ?? '')),
    '',
    `// ${plan.system}, environment ${plan.env}: its stacks in the order in which they are deployed.`,
    `const app = new App(${reporting ? '' : '{ analyticsReporting: false }'});`,
    ...(sameEnv && first !== undefined ? [`const env = ${render(environment(first.stack), 0, 12)};`] : []),
    '',
    creations.join('\n\n'),
    '',
  ].join('\n');
}

function creation(model: StackModel, system: SystemModel, sameEnv: boolean): string {
  const { stack } = model;
  const { stacks } = system;
  const uses = usedStacks(model, system);
  const waits = stacks.filter(
    (other) => stack.dependencies.includes(other.stack.id) && !uses.includes(other),
  );
  const named =
    waits.length > 0 ||
    stacks.some((other) => other.stack.dependencies.includes(stack.id) || other.uses.includes(stack.id));
  const { template, terminationProtection, tags, name } = stack;
  const entries = [
    ...(name === stack.id ? [] : [['stackName', literal(name)] as const]),
    ...(template.Description === undefined ? [] : [['description', literal(template.Description)] as const]),
    ['env', sameEnv ? text('env') : environment(stack)] as const,
    ...(terminationProtection ? [['terminationProtection', text('true')] as const] : []),
    ...(Object.keys(tags).length === 0 ? [] : [['tags', literal(tags)] as const]),
    ...('BootstrapVersion' in (template.Parameters ?? {})
      ? []
      : [
          [
            'synthesizer',
            text('new DefaultStackSynthesizer({ generateBootstrapVersionRule: false })'),
          ] as const,
        ]),
    ...uses.map(({ variable }) => [variable, text(variable)] as const),
  ];
  const start = named ? `const ${model.variable} = ` : '';
  const code = call(`new ${model.className}`, text('app'), text(quote(stack.id)), object(entries, true));
  // Members that are named as what they hold are written once.
  const created = render(code, 0, start.length).replace(/^( +)(\w+): \2,$/gm, '$1$2,');
  return [
    `${start}${created};`,
    ...waits.map(({ variable }) => `${model.variable}.addStackDependency(${variable});`),
  ].join('\n');
}

function environment({ account, region }: AssemblyStack) {
  return object([
    ...(account === null ? [] : [['account', literal(account)] as const]),
    ...(region === null ? [] : [['region', literal(region)] as const]),
  ]);
}

function sharedFiles(system: SystemModel): readonly EjectedFile[] {
  const { commonTags, assetFolders, functionFiles } = system;
  return [
    { path: 'lib/policies.ts', text: POLICIES },
    ...(commonTags.length === 0
      ? []
      : [
          {
            path: 'lib/tags.ts',
            text: `import type { CfnTag } from 'aws-cdk-lib';\n\n/** Tags that all resources have. */\nexport const commonTags: CfnTag[] = ${render({ kind: 'array', items: commonTags.map(({ key, value }) => ({ code: literal({ key, value }), comment: null })) }, 0, 36)};\n`,
          },
        ]),
    ...(functionFiles.size === 0 ? [] : [{ path: 'lib/functions.ts', text: FUNCTIONS }]),
    ...[...functionFiles].map(([code, file]) => ({ path: `functions/${file}`, text: code })),
    ...(assetFolders.size === 0 ? [] : [{ path: 'lib/assets.ts', text: ASSETS }]),
  ];
}

function assetFiles(system: SystemModel): readonly EjectedFile[] {
  const assets = new Map(
    system.stacks.flatMap(({ stack }) => stack.assets.map((asset) => [asset.key, asset])),
  );
  return [...assets].flatMap(([key, { files }]) =>
    files.map(({ path, text: content }) => ({
      path: `assets/${system.assetFolders.get(key)}/${path}`,
      text: content,
    })),
  );
}

function packageJson({ plan }: SystemModel, cdkVersion: string): string {
  return json({
    name: `${plan.system}-infrastructure`,
    version: '0.1.0',
    private: true,
    type: 'module',
    scripts: {
      synth: 'cdk synth --all --quiet',
      diff: 'cdk diff --all',
      deploy: 'cdk deploy --all',
      types: 'tsc',
    },
    dependencies: { 'aws-cdk-lib': cdkVersion, constructs: '^10.5.0' },
    devDependencies: { ...VERSIONS },
  });
}

function cdkJson({ plan, stacks }: SystemModel): string {
  const weak = stacks.some(({ stack }) => JSON.stringify(stack.template).includes('"Fn::GetStackOutput"'));
  return json({
    app: `npx tsx bin/${plan.system}.ts`,
    // As the templates were written: with nothing in them but the system.
    versionReporting: false,
    pathMetadata: false,
    assetMetadata: false,
    context: weak ? { '@aws-cdk/core:defaultCrossStackReferences': 'weak' } : {},
  });
}

const TSCONFIG = `{
  "compilerOptions": {
    "target": "es2023",
    "lib": ["es2023"],
    "module": "nodenext",
    "moduleResolution": "nodenext",
    "types": ["node"],
    "strict": true,
    "noUnusedLocals": true,
    "verbatimModuleSyntax": true,
    "allowImportingTsExtensions": true,
    "noEmit": true,
    "skipLibCheck": true
  },
  "include": ["bin", "lib"]
}
`;

const POLICIES = `/** A role's trust in one AWS service; \`condition\` narrows down on whose behalf the service may ask. */
export function assumedBy(service: string, condition?: object) {
  return {
    Statement: [
      {
        Action: 'sts:AssumeRole',
        Effect: 'Allow',
        Principal: { Service: service },
        ...(condition && { Condition: condition }),
      },
    ],
    Version: '2012-10-17',
  };
}
`;

const FUNCTIONS = `import { readFileSync } from 'node:fs';

/** Code that stands in the template itself, from the folder functions/. */
export function functionCode(file: string): string {
  return readFileSync(new URL(\`../functions/\${file}\`, import.meta.url), 'utf8');
}
`;

const ASSETS = `import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as s3assets from 'aws-cdk-lib/aws-s3-assets';
import type { Construct } from 'constructs';

/** The code of functions, one folder each. */
export const assetsFolder = join(fileURLToPath(new URL('..', import.meta.url)), 'assets');

/** A folder's content as a function's code: \`cdk deploy\` zips and uploads it. */
export function codeOf(scope: Construct, folder: string): lambda.CfnFunction.CodeProperty {
  const asset = new s3assets.Asset(scope, \`\${basename(folder)}-code\`, { path: folder });
  return { s3Bucket: asset.s3BucketName, s3Key: asset.s3ObjectKey };
}
`;

/** What the program was written for, and what follows from it. */
function writtenFor({ plan, stacks }: SystemModel): string {
  const { account, region, services } = plan;
  const names = accountNames(plan).map((name) => `\`${name}\``);
  const zone = stacks.find(({ stack }) => 'HostedZoneId' in (stack.template.Parameters ?? {}))?.stack;
  const images = Object.values(services).filter(({ image }) => image.kind === 'build');
  const place = `Region \`${region}\` of ${account === null ? 'no particular account' : `account \`${account}\``}`;
  const hashed = `their names hold a hash of the account and the Region: ${names.join(', ')}.`;
  return [
    `It was written for ${place}.`,
    ...(names.length === 0
      ? []
      : account === null
        ? [
            `- **Buckets** of a running system would be replaced: ${hashed} The account was not known, so those that run have other names. Eject again with \`--account\`, or put the names in that the account has.`,
          ]
        : [`- **Buckets**: ${hashed} They fit this account and Region only.`]),
    ...(images.length === 0
      ? []
      : [
          `- **Images** of ${images.map(({ key }) => `\`${key}\``).join(', ')} are named by tag, and \`breakwater deploy\` names digests: unless you put the digests of the running task definitions in, these services are deployed anew.`,
        ]),
    ...(zone === undefined
      ? []
      : [
          `- **The hosted zone** is a parameter: \`npx cdk deploy --all --parameters ${zone.name}:HostedZoneId=Z…\`.`,
        ]),
  ].join('\n');
}

function readme(system: SystemModel): string {
  const { plan, stacks } = system;
  const rows = stacks.map(({ stack, file }) => `| \`${stack.name}\` | \`lib/${file}-stack.ts\` |`);
  return `# ${plan.system} (${plan.env}) as a CDK program

Written by \`breakwater eject\`; it needs Breakwater no longer. It synthesises to the same templates, with the same
logical ids, as \`breakwater synth\` did when it was written. What runs may differ from them in a few places, below.

${writtenFor(system)}

| stack | source |
| --- | --- |
${rows.join('\n')}

## What to do next

1. \`npm install\`
2. \`npm run types\` and \`npm run diff\`: read the difference from what is deployed; only what is said above should differ.
3. Build and push images yourself: each task definition says in \`image\` which one it runs.
4. From now on, deploy with \`npm run deploy\`, no longer with \`breakwater deploy\`: each would undo the other's changes.

The program is for one environment, \`${plan.env}\`: its names and sizes are literals. For another, eject that one too, or make
parameters of what differs.

Do not rename the second argument of a construct (\`new ec2.CfnVPC(this, 'Vpc…')\`): it is the logical id, and CloudFormation
replaces a resource whose logical id changes. Variables and files can be renamed freely.

## What is lost

- running the system on this machine (\`breakwater dev\`)
- \`breakwater verify\`, \`check\`, \`rollback\`, \`status\` and the rest of the commands, which all read the definition
- the checks of the definition: sizes that Fargate does not have, paths that overlap, permissions that \`uses\` derives
- new defaults and fixes of Breakwater's later versions
`;
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
