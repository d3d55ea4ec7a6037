import { PYTHON_TOOLS } from './python-tool.mjs';

const cell = (text) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** The page with what checkov says, and why what fails is left. */
export function policyPage(rules, reasons) {
  const failing = [...rules].filter(([, { failed }]) => failed > 0);
  const passing = [...rules].filter(([, { failed }]) => failed === 0);
  const row = ([id, { name, passed, failed }]) => `| ${id} | ${cell(name)} | ${passed} | ${failed} |`;
  return `# Policy checks

What [checkov](https://www.checkov.io) ${PYTHON_TOOLS.checkov} says about the CloudFormation templates of the four reference systems and of one that uses every option, each in the environments \`dev\` and \`prod\`. Of ${rules.size} rules that apply, ${passing.length} hold everywhere. This page is written by \`npm run test:judges -- --write\`, and held to the result by \`npm run test:judges\`: a rule that begins to fail needs a reason in \`scripts/judges/left.mjs\`, and a reason that is no longer needed has to go.

## Left as they are

| Rule | What it asks for | Resources that pass | that fail | Why |
| --- | --- | ---: | ---: | --- |
${failing.map(([id, rule]) => `${row([id, rule])} ${cell(reasons[id] ?? '')} |`).join('\n')}

## Passed

| Rule | What it asks for | Resources that pass | that fail |
| --- | --- | ---: | ---: |
${passing.map(row).join('\n')}
`;
}
