import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Requests a second by wrk (Debian: `apt-get install wrk`); fails if any answer was not 2xx or 3xx. */
export async function wrk(url, { seconds, connections }) {
  const { stdout } = await run('wrk', ['-t1', `-c${connections}`, `-d${seconds}s`, url]).catch((error) => {
    throw new Error(error.code === 'ENOENT' ? 'wrk is missing: apt-get install wrk' : error.message);
  });
  if (/Non-2xx/.test(stdout)) throw new Error(`${url} answered with errors:\n${stdout}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}
