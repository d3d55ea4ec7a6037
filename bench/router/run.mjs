// Compares the router with nginx: see README.md. `node bench/router/run.mjs [--pairs 5] [--seconds 2] [--connections 32]
// [--rate 1000] [--only throughput|latency|memory]`
import { execFile, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';

const { values: options } = parseArgs({
  options: {
    pairs: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    connections: { type: 'string', default: '32' },
    rate: { type: 'string', default: '1000' },
    only: { type: 'string' },
  },
});
const pairs = Number(options.pairs);
const run = promisify(execFile);
const here = (file) => new URL(file, import.meta.url).pathname;
const folder = await mkdtemp(join(tmpdir(), 'breakwater-bench-'));
const children = [];

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  return port;
}

async function start(file, args = [], execArgv = []) {
  const child = fork(here(file), args, { execArgv });
  children.push(child);
  const [{ port }] = await once(child, 'message');
  return { child, port };
}

/** The same work as the router's: both upstreams in turn, connections kept alive on both sides, forwarding headers. */
async function startNginx(upstreams) {
  const port = await freePort();
  const config = join(folder, 'nginx.conf');
  await writeFile(
    config,
    `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  access_log off;
  client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
  upstream web { ${upstreams.map((one) => `server 127.0.0.1:${one};`).join(' ')} keepalive 128; }
  server {
    listen 127.0.0.1:${port};
    keepalive_requests 100000000;
    location / {
      proxy_pass http://web; proxy_http_version 1.1; proxy_set_header Connection ""; proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Port $server_port; proxy_set_header X-Amzn-Trace-Id $request_id;
    }
  }
}
`,
  );
  const child = spawn('nginx', ['-c', config, '-e', `${folder}/error.log`], { stdio: 'inherit' });
  children.push(child);
  await new Promise((resolve) => setTimeout(resolve, 500));
  if (child.exitCode !== null)
    throw new Error('nginx did not start; is it installed (apt-get install nginx-light)?');
  return { child, port };
}

async function throughput(port, seconds = options.seconds) {
  const { stdout } = await run('wrk', [
    '-t1',
    `-c${options.connections}`,
    `-d${seconds}s`,
    `http://127.0.0.1:${port}/api/products`,
  ]);
  if (/Non-2xx|Socket errors/.test(stdout)) throw new Error(`Requests failed:\n${stdout}`);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)[1]);
}

async function latency(port) {
  const { stdout } = await run(
    process.execPath,
    [here('open-loop.mjs'), port, options.rate, options.seconds].map(String),
  );
  const result = JSON.parse(stdout);
  if (result.failed > 0) throw new Error(`${result.failed} requests failed`);
  return result;
}

function summary(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

function print(title, rows, digits) {
  console.log(`\n${title}\n`);
  console.log(
    `| ${'what'.padEnd(18)} | ${['nginx', 'router'].map((name) => name.padStart(26)).join(' | ')} | ratio |`,
  );
  console.log(`| ${'-'.repeat(18)} | ${'-'.repeat(25)}: | ${'-'.repeat(25)}: | ----: |`);
  for (const [what, nginx, router] of rows) {
    const text = (values) => {
      const { median, min, max } = summary(values);
      return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`.padStart(26);
    };
    const ratio = summary(router).median / summary(nginx).median;
    console.log(
      `| ${what.padEnd(18)} | ${text(nginx)} | ${text(router)} | ${ratio.toFixed(2).padStart(5)} |`,
    );
  }
}

try {
  const upstreams = [(await start('upstream.mjs')).port, (await start('upstream.mjs')).port];
  const nginx = await startNginx(upstreams);
  const router = await start('proxy.mjs', upstreams.map(String), ['--expose-gc']);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const wanted = (phase) => options.only === undefined || options.only === phase;

  // Each pair runs one after the other, so that whatever else the machine does meets both.
  if (wanted('throughput')) {
    const results = { nginx: [], router: [] };
    await throughput(nginx.port, 1);
    await throughput(router.port, 2);
    for (let pair = 0; pair < pairs; pair += 1) {
      results.nginx.push(await throughput(nginx.port));
      results.router.push(await throughput(router.port));
    }
    const ratios = results.router.map((value, index) => value / results.nginx[index]);
    print(
      `Throughput, ${options.connections} connections (median, min–max of ${pairs})`,
      [['requests/s', results.nginx, results.router]],
      0,
    );
    const { median, min, max } = summary(ratios);
    console.log(`\nRatio per pair: ${median.toFixed(2)} (${min.toFixed(2)}–${max.toFixed(2)}); bar: 0.60`);
  }

  if (wanted('latency')) {
    const results = { nginx: [], router: [] };
    for (let pair = 0; pair < pairs; pair += 1) {
      results.nginx.push(await latency(nginx.port));
      results.router.push(await latency(router.port));
    }
    const column = (name, key) => results[name].map((one) => one[key]);
    print(
      `Latency in ms at ${options.rate} requests/s, open loop (median, min–max of ${pairs})`,
      ['p50', 'p90', 'p99'].map((key) => [key, column('nginx', key), column('router', key)]),
      2,
    );
    const bar = summary(column('nginx', 'p99')).median * 1.5 + 0.5;
    console.log(
      `\np99 of the router: ${summary(column('router', 'p99')).median.toFixed(2)} ms; bar: ${bar.toFixed(2)} ms`,
    );
  }

  if (wanted('memory')) {
    const ask = async () => {
      router.child.send('memory');
      return (await once(router.child, 'message'))[0];
    };
    const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
    console.log('\nMemory of the router process, after a garbage collection\n');
    console.log(
      '| requests so far | failed | heap | buffers | resident |\n| ---: | ---: | ---: | ---: | ---: |',
    );
    for (let round = 0; round < 4; round += 1) {
      await throughput(router.port, 3);
      const { requests, failed, heapUsed, arrayBuffers, rss } = await ask();
      console.log(
        `| ${requests} | ${failed} | ${megabytes(heapUsed)} | ${megabytes(arrayBuffers)} | ${megabytes(rss)} |`,
      );
    }
  }
} finally {
  for (const child of children) child.kill();
  await Promise.all(children.map((child) => child.exitCode ?? child.signalCode ?? once(child, 'exit')));
  await rm(folder, { recursive: true, force: true });
}
