import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSessionTable, type SessionTable } from './session-table.ts';

/** Takes connections and says nothing on them. */
const sockets = new Set<Socket>();
let server: Server;
let table: SessionTable;
const warnings: unknown[] = [];

beforeAll(async () => {
  server = createServer((socket) => sockets.add(socket.on('error', () => {})));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  });
  table = openSessionTable(
    'user-sessions',
    'us-east-2',
    { warn: (line: unknown) => warnings.push(line) },
    Date.now,
  );
});

afterAll(() => {
  table.close();
  for (const socket of sockets) socket.destroy();
  server.close();
});

test('a table that says nothing keeps nobody waiting, whatever is asked of it', async () => {
  const session = { id: 'a', user: '1', name: 'A', expiry: 1 };
  const asked = [table.find('a'), table.put(session), table.remove('a'), table.count('address#a', 60)];
  const told = (await Promise.allSettled(asked)).map((result) => {
    expect(result).toMatchObject({
      status: 'rejected',
      reason: { status: 503, kind: 'try-again', retryAfter: 1 },
    });
    return result.status === 'rejected' ? String(result.reason) : '';
  });
  // What may have been done although no answer came is not denied.
  expect(told).toEqual([
    expect.stringContaining('Nothing was changed'),
    expect.stringContaining('An account that you have just made is kept'),
    expect.stringContaining('You may still be signed in'),
    expect.stringContaining('Nothing was changed'),
  ]);
  expect(warnings).toHaveLength(4);
});
