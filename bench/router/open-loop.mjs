// Open-loop load: `node open-loop.mjs <port> <requests per second> <seconds>`. Requests are sent when they are due, however
// many are outstanding. Latency counts from the moment a request was handed to the kernel: a timer that fires late is the
// generator's fault, not the proxy's, and a generator that spins to be punctual takes a core from what it measures.
// Prints percentiles in milliseconds as JSON.
import { connect } from 'node:net';

const [port, rate, seconds] = process.argv.slice(2).map(Number);
const WARM_UP = 0.5;
const request = Buffer.from(
  'GET /api/products HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: open-loop\r\nAccept: */*\r\n\r\n',
);
const total = Math.floor(rate * (seconds + WARM_UP));
const idle = [];
const latencies = [];
let sent = 0;
let answered = 0;
let failed = 0;

function open() {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.sentAt = 0;
  socket.on('data', (chunk) => {
    // The upstream's answer is far smaller than one read.
    if (!chunk.includes('HTTP/1.1 200')) failed += 1;
    if (socket.measured) latencies.push(performance.now() - socket.sentAt);
    answered += 1;
    idle.push(socket);
  });
  socket.on('error', (error) => {
    throw error;
  });
  return socket;
}

for (let count = 0; count < 16; count += 1) idle.push(open());
await new Promise((resolve) => setTimeout(resolve, 100));
const start = performance.now();

function turn() {
  const now = performance.now();
  while (sent < total && start + (sent * 1000) / rate <= now) {
    const socket = idle.pop() ?? open();
    socket.sentAt = performance.now();
    socket.measured = sent >= rate * WARM_UP;
    socket.write(request);
    sent += 1;
  }
  if (answered < total && now - start < (seconds + WARM_UP + 5) * 1000) setTimeout(turn, 1);
  else finish();
}

function finish() {
  latencies.sort((a, b) => a - b);
  const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
  console.log(
    JSON.stringify({
      p50: at(0.5),
      p90: at(0.9),
      p99: at(0.99),
      max: at(1),
      failed: failed + total - answered,
    }),
  );
  process.exit();
}
turn();
