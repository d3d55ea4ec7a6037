import { copySystem, startEngineCli } from '@breakwater/testkit';
import { expect, test } from 'vitest';
import { checkLocal } from '../check/src/check-local.ts';
import { seeded, setFire } from '../check/src/fire.ts';
import { report } from '../check/src/report.ts';
import { setEnvironment } from './client.ts';

const orders = 150;

test('under fire no order is lost, none charged twice, each told of once', async () => {
  const system = copySystem('payments');
  try {
    // Shorter waits all over, so that what is given up, and what dead tasks have left, is done with soon.
    setEnvironment(system.directory, 'order', {
      GIVE_UP_SECONDS: '4',
      CALL_TIMEOUT_MS: '1500',
      RETRY_MOST_MS: '2000',
    });
    setEnvironment(system.directory, 'payment', { PROVIDER_TIMEOUT_MS: '1000' });
    const engine = await startEngineCli(system.directory, ['--no-watch']);
    const seed = Math.floor(Math.random() * 1e9);
    const result = await setFire({
      engine,
      orders,
      seconds: 8,
      stores: ['order-book', 'payment-files'],
      random: seeded(seed),
    }).finally(() => engine.stop());
    const { accepted, notFinal, kills } = result;
    // Told when the test fails.
    const story = `seed ${seed}, kills ${JSON.stringify(kills)}`;
    expect(new Set(accepted).size, story).toBe(orders);
    expect(notFinal, story).toEqual([]);
    expect(
      Object.values(kills).reduce((sum, number) => sum + number, 0),
      story,
    ).toBeGreaterThan(5);
    const findings = await checkLocal(system.directory, 'dev', accepted);
    expect(findings.violations, `${story}\n${report(findings)}`).toEqual([]);
    // No more orders than were asked for: a repetition made none.
    expect(findings.counts).toMatchObject({ orders, notFinal: 0, notifications: orders });
    expect(findings.counts.charged).toBe(findings.counts.completed);
  } finally {
    system.remove();
  }
}, 120_000);
