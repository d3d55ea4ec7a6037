import type { Behaviour, BehaviourArea, BehaviourMark } from './behaviour.ts';
import { areaOf } from './behaviour.ts';
import { SOURCES } from './sources.ts';

const AREA_TITLES: Readonly<Record<BehaviourArea, string>> = {
  'load-balancer': 'Application Load Balancer',
  placement: 'Placement of tasks',
  scaling: 'Service auto scaling',
  cloudwatch: 'CloudWatch alarms and statistics',
  deployments: 'Deployments',
  fargate: 'Fargate tasks',
  'service-connect': 'Service Connect',
  dynamodb: 'DynamoDB',
};

const MARK_TEXTS: Readonly<Record<BehaviourMark, string>> = {
  documented: 'AWS documents it; we follow it exactly.',
  observed:
    'Seen in real accounts or long known, but not promised by AWS. It sits behind a named constant or parameter.',
  inferred: 'AWS says nothing. Our best reading, behind a named constant or parameter.',
};

/**
 * The page that says, behaviour by behaviour, how faithful we are to AWS. Markdown.
 * @param constants the values of the exported constants by name
 */
export function renderBehaviours(
  behaviours: readonly Behaviour[],
  constants: Readonly<Record<string, unknown>>,
): string {
  const lines = [
    '# How faithful we are to AWS',
    '',
    '<!-- Made by scripts/generate-behaviour-docs.mjs from packages/behaviour. Do not edit. -->',
    '',
    'The local engine and the forecast run the same functions for what AWS does. Each row is one behaviour, with the',
    'place where AWS describes it, how sure we are, the numbers we use and the test that proves it.',
    '',
    '| mark | meaning | behaviours |',
    '| --- | --- | --- |',
  ];
  for (const mark of ['documented', 'observed', 'inferred'] as const) {
    const count = behaviours.filter((one) => one.mark === mark).length;
    lines.push(`| ${mark} | ${MARK_TEXTS[mark]} | ${count} |`);
  }
  for (const area of Object.keys(AREA_TITLES) as BehaviourArea[]) {
    // Object.keys of a Record<BehaviourArea, …> gives exactly the areas.
    const own = behaviours.filter((one) => areaOf(one) === area);
    if (own.length === 0) continue;
    lines.push('', `## ${AREA_TITLES[area]}`, '');
    for (const one of own) lines.push(...renderOne(one, constants));
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function renderOne(one: Behaviour, constants: Readonly<Record<string, unknown>>): readonly string[] {
  const lines = [
    `### ${one.title}`,
    '',
    one.statement,
    '',
    `- \`${one.id}\`, **${one.mark}**, [source](${SOURCES[one.source]})`,
  ];
  for (const name of one.constants) lines.push(`- \`${name}\` = \`${JSON.stringify(constants[name])}\``);
  lines.push(`- tested: “${one.test}” (\`${one.module}\`)`, '');
  return lines;
}
