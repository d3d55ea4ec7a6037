// checkov, offline: its CloudFormation rules.
import { spawnSync } from 'node:child_process';
import { pythonTool } from './python-tool.mjs';

/**
 * @param {string} folder with all assemblies
 * @returns {Map<string, { name: string, passed: number, failed: number, failures: string[] }>} by rule
 */
export function checkov(folder) {
  const words = ['-d', folder, '--framework', 'cloudformation', '-o', 'json', '--skip-download'];
  const { stdout, stderr, error } = spawnSync(pythonTool('checkov'), words, {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    // It colours what it prints and asks its maker for news otherwise.
    env: { ...process.env, NO_COLOR: '1', BC_SKIP_MAPPING: 'TRUE' },
  });
  if (error) throw error;
  let report;
  try {
    report = JSON.parse(stdout);
  } catch {
    throw new Error(`checkov gave no result: ${stderr}`);
  }
  const { results, summary } = report;
  if (summary.parsing_errors > 0) throw new Error(`checkov cannot read ${results.parsing_errors.join(', ')}`);
  if (summary.resource_count < 100) throw new Error(`checkov saw ${summary.resource_count} resources only`);
  const rules = new Map();
  const count = (checks, key) => {
    for (const { check_id: id, check_name: name, resource, file_path: file } of checks) {
      const rule = rules.get(id) ?? { name, passed: 0, failed: 0, failures: [] };
      rule[key] += 1;
      if (key === 'failed') rule.failures.push(`${file.replace(/^\//, '')} ${resource}`);
      rules.set(id, rule);
    }
  };
  count(results.passed_checks ?? [], 'passed');
  count(results.failed_checks ?? [], 'failed');
  return new Map([...rules].sort(([a], [b]) => a.localeCompare(b, 'en', { numeric: true })));
}
