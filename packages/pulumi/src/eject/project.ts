import { createRequire } from 'node:module';
import type { EjectedFile } from './eject.ts';
import { marksIn } from './marks.ts';
import { type ProgramModel, SYSTEM_FILE } from './model.ts';

/** Versions that the program is written for; those of Pulumi are the ones that wrote it. */
const VERSIONS = { tsx: '^4.20.0', typescript: '^5.9.0', '@types/node': '^20.19.0' } as const;

/** All files of the program besides its sources. */
export function projectFiles(program: ProgramModel): readonly EjectedFile[] {
  const { plan, project } = program;
  return [
    { path: 'README.md', text: readme(program) },
    { path: 'Pulumi.yaml', text: pulumiYaml(program) },
    { path: `Pulumi.${plan.env}.yaml`, text: `config:\n  aws:region: ${plan.region}\n` },
    {
      path: 'package.json',
      text: json({
        name: `${project}-infrastructure`,
        version: '0.1.0',
        private: true,
        type: 'module',
        scripts: { types: 'tsc', preview: 'pulumi preview', up: 'pulumi up' },
        dependencies: {
          '@pulumi/aws': `^${versionOf('@pulumi/aws')}`,
          '@pulumi/pulumi': `^${versionOf('@pulumi/pulumi')}`,
        },
        devDependencies: { ...VERSIONS },
      }),
    },
    { path: 'tsconfig.json', text: TSCONFIG },
    { path: '.gitignore', text: 'node_modules/\n' },
  ];
}

function versionOf(name: string): string {
  // Every package states its version there.
  return (createRequire(import.meta.url)(`${name}/package.json`) as { readonly version: string }).version;
}

const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const pulumiYaml = ({ plan, project }: ProgramModel): string => `name: ${project}
description: ${plan.system} on AWS.
main: index.ts
runtime:
  name: nodejs
  options:
    # The program is of ES modules in TypeScript, which Pulumi's own loader does not read.
    typescript: false
    nodeargs: --import tsx
`;

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
  "include": ["*.ts"]
}
`;

/** Secrets that only the program knew: settings of the stack from now on. */
function settingsOf({ resources, marks }: ProgramModel): readonly string[] {
  return resources
    .flatMap(({ registration }) => marksIn(registration.inputs))
    .flatMap((number) => {
      const marked = marks.of(number);
      return marked.kind === 'setting' ? [marked.name] : [];
    });
}

function readme(program: ProgramModel): string {
  const { plan, project, files, resources } = program;
  const rows = files
    .filter((file) => file !== SYSTEM_FILE)
    .map((file) => {
      const count = resources.filter((each) => each.file === file && each.registration.custom).length;
      return `| \`${file}.ts\` | ${count} |`;
    });
  const settings = settingsOf(program);
  const account = plan.account === null ? 'no particular account' : `account \`${plan.account}\``;
  return `# ${project} (${plan.env}) as a Pulumi program

Written by \`breakwater eject --target pulumi\`; it needs Breakwater no longer. It registers the same resources under the same
URNs, with the same arguments and options, as the component of Breakwater did when it was written. It was written for Region
\`${plan.region}\` of ${account}, and for the project \`${project}\`.

| file | resources |
| --- | ---: |
${rows.join('\n')}

\`system.ts\` holds what they share, \`index.ts\` the outputs of the stack.

## What to do next

1. Copy the \`Pulumi.<stack>.yaml\` of the stack that runs over the one here: it holds the settings of the stack, such as
   \`images\`, and the key of its secrets.
2. \`npm install\` and \`npm run types\`
3. \`pulumi stack select\` the stack that runs, and \`pulumi preview --diff\`: nothing should differ. Where something does, the
   definition or Breakwater has changed since the last \`pulumi up\`.
4. From now on, run \`pulumi up\` here, no longer in the old program: each would undo the other's changes.
${
  settings.length === 0
    ? ''
    : `
Before that, give the stack what a source must not hold:

${settings.map((name) => `    pulumi config set --secret ${name}`).join('\n')}
`
}
Images: \`pulumi config set --path images.SERVICE REPOSITORY@sha256:…\` names the image of a service; without it, the tag in the
source runs.

The program is for one environment, \`${plan.env}\`: its names and sizes are literals. For another, eject that one too, or make
parameters of what differs.

Do not change the types and names of components and resources (\`new aws.ec2.Vpc('${project}-vpc', …)\`), nor their parents: they
make the URN, and Pulumi replaces a resource whose URN changes. Variables and files can be renamed freely.

## What is lost

- running the system on this machine (\`breakwater dev\`)
- \`breakwater verify\`, \`status\`, \`logs\` and the rest of the commands, which all read the definition
- the checks of the definition: sizes that Fargate does not have, paths that overlap, permissions that \`uses\` derives
- new defaults and fixes of Breakwater's later versions
`;
}
