// cfn-lint, with its informational rules.
import { spawnSync } from 'node:child_process';
import { pythonTool } from './python-tool.mjs';

/** @param {string[]} templates @returns {{ rule: string, level: string, where: string, what: string }[]} */
export function cfnLint(templates) {
  const words = ['--format', 'json', '--include-checks', 'I', '--', ...templates];
  // Its exit code tells what it found; whether it ran at all shows in its answer.
  const { stdout, stderr, error } = spawnSync(pythonTool('cfn-lint'), words, {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  let matches;
  try {
    matches = JSON.parse(stdout);
  } catch {
    throw new Error(`cfn-lint gave no result: ${stderr}`);
  }
  return matches.map(({ Rule, Level, Filename, Location, Message }) => ({
    rule: Rule.Id,
    level: Level,
    where: `${Filename.replace(/^.*\//, '')}:${Location.Start.LineNumber}`,
    what: Message,
  }));
}
