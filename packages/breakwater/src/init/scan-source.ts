import { readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';

/** A value and the place where it was found. */
export interface Found<TValue> {
  readonly value: TValue;
  /** `server.js:12`, `EXPOSE in Dockerfile`, `Flask's default`. */
  readonly from: string;
}

/** What a folder's sources tell about the server in them. */
export interface SourceFacts {
  readonly port: Found<number> | null;
  /** Where the environment variable PORT is read; null when it is not. */
  readonly readsPort: string | null;
  readonly healthPath: Found<string> | null;
}

const EXTENSIONS = new Set([
  '.js',
  '.mjs',
  '.cjs',
  '.ts',
  '.mts',
  '.cts',
  '.tsx',
  '.jsx',
  '.py',
  '.go',
  '.rb',
  '.java',
  '.kt',
  '.rs',
  '.php',
  '.cs',
  '.ex',
  '.exs',
]);
const SKIPPED = new Set([
  'node_modules',
  'dist',
  'build',
  'out',
  'coverage',
  'vendor',
  'venv',
  '__pycache__',
  'target',
  'test',
  'tests',
  '__tests__',
]);
const MOST_FILES = 400;
const LARGEST_FILE = 256 * 1024;

/** How sources name the port that they listen on, surest first. */
const PORT_PATTERNS: readonly RegExp[] = [
  /\bPORT\b['"\])\s]*(?:\|\||\?\?|,|or|:-)\s*['"]?(\d{2,5})\b/,
  /\.listen\(\s*['"]?(\d{2,5})\b/,
  /\bListenAndServe(?:TLS)?\(\s*"[^":]*:(\d{2,5})"/,
  /\blisten\(\s*\{[^}]*\bport\s*:\s*(\d{2,5})\b/,
  /\brun\([^)]*\bport\s*=\s*(\d{2,5})\b/,
  /--(?:port|bind|http)[= ](?:[\w.]+:)?(\d{2,5})\b/,
  /\b(?:PORT|port)\s*(?::\s*number)?\s*=\s*['"]?(\d{2,5})\b/,
];
const READS_PORT =
  /\benv(?:iron)?\b[^\n]{0,24}\bPORT\b|(?:Getenv|getenv|ENV\.fetch|ENV)[[("'\s]+PORT\b|\$\{?PORT\b/;
const HEALTH =
  /['"`](\/(?:api\/)?(?:health|healthz|healthcheck|health-check|livez|ready|readyz|ping|status))['"`/]/;
const HEALTH_ORDER = ['/health', '/healthz', '/api/health', '/livez', '/healthcheck', '/health-check'];

/** Looks through the folder's sources, nearest and shallowest first; tests and dependencies are left out. */
export function scanSource(folder: string): SourceFacts {
  let port: (Found<number> & { readonly rank: number }) | null = null;
  let readsPort: string | null = null;
  const paths = new Map<string, string>();
  for (const file of listFiles(folder)) {
    const lines = readFileSync(join(folder, file), 'utf8').split('\n');
    for (const [index, line] of lines.entries()) {
      if (line.length > 2000 || /^\s*(?:\/\/|#|\*)/.test(line)) continue;
      const from = `${file}:${index + 1}`;
      const found = matchPort(line);
      if (found && (port === null || found.rank < port.rank)) port = { ...found, from };
      if (readsPort === null && READS_PORT.test(line)) readsPort = from;
      const health = HEALTH.exec(line)?.[1];
      if (health !== undefined && !paths.has(health)) paths.set(health, from);
    }
  }
  const best = [...paths].sort(([a], [b]) => rankHealth(a) - rankHealth(b))[0];
  return {
    port: port === null ? null : { value: port.value, from: port.from },
    readsPort,
    healthPath: best ? { value: best[0], from: best[1] } : null,
  };
}

/** The port that a line of source or a command names, with how sure that is (0 is surest). */
export function matchPort(line: string): { readonly value: number; readonly rank: number } | null {
  for (const [rank, pattern] of PORT_PATTERNS.entries()) {
    const value = Number(pattern.exec(line)?.[1]);
    if (value >= 80 && value <= 65_535) return { value, rank };
  }
  return null;
}

function rankHealth(path: string): number {
  const rank = HEALTH_ORDER.indexOf(path);
  return rank < 0 ? HEALTH_ORDER.length : rank;
}

function listFiles(folder: string): readonly string[] {
  const files: string[] = [];
  const queue = [''];
  for (
    let prefix = queue.shift();
    prefix !== undefined && files.length < MOST_FILES;
    prefix = queue.shift()
  ) {
    for (const entry of readdirSync(join(folder, prefix), { withFileTypes: true })) {
      const path = join(prefix, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith('.') && !SKIPPED.has(entry.name)) queue.push(path);
      } else if (
        entry.isFile() &&
        EXTENSIONS.has(extname(entry.name)) &&
        !/[._](?:test|spec|d)\.\w+$|^test_|^breakwater\.config\./.test(entry.name)
      ) {
        if (statSync(join(folder, path)).size <= LARGEST_FILE) files.push(path);
      }
    }
  }
  return files.slice(0, MOST_FILES);
}
