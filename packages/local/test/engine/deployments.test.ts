import { describe, expect, it } from 'vitest';
import { cleanUpAfterEach, createProject, eventually, planOf, type Running, startReady } from './harness.ts';

cleanUpAfterEach();

interface Answers {
  /** How often each text was the answer; what failed counts as `failed`. */
  readonly counts: Record<string, number>;
  /** When the last request that had this answer was sent: an answer on its way is told later than the deployment's end. */
  readonly lastAsked: Record<string, number>;
  stop(): Promise<void>;
}

/** Asks without a pause until it is told to stop. */
function ask({ engine }: Running): Answers {
  const counts: Record<string, number> = {};
  const lastAsked: Record<string, number> = {};
  let going = true;
  const worker = async (): Promise<void> => {
    while (going) {
      const asked = performance.now();
      const text = await fetch(`${engine.file.url}/`).then(
        async (response) => (response.ok ? await response.text() : 'failed'),
        () => 'failed',
      );
      counts[text] = (counts[text] ?? 0) + 1;
      lastAsked[text] = Math.max(lastAsked[text] ?? 0, asked);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  };
  const workers = [worker(), worker(), worker(), worker()];
  return {
    counts,
    lastAsked,
    async stop() {
      going = false;
      await Promise.all(workers);
    },
  };
}

const last = (running: Running) => running.web().deployments.at(-1);

describe('a deployment under load', () => {
  it.each([
    ['rolling', { strategy: 'rolling' }],
    ['blue-green', { strategy: 'blue-green', bake: '2 min' }],
    ['linear', { strategy: 'linear', linear: { percent: 50, bake: '2 min' }, bake: '1 min' }],
  ] as const)(
    '%s moves all traffic to the new version without a failed request',
    async (_name, deployment) => {
      const project = createProject();
      const running = await startReady(project, planOf({ deployment }), { timeScale: 60 });
      const load = ask(running);
      await eventually(
        () => load.counts['one'] ?? 0,
        (count) => count > 50,
      );
      project.write('web/VERSION', 'two');
      await running.ask('/v1/redeploy', { service: 'web' });
      await eventually(
        () => last(running)?.state,
        (state) => state === 'COMPLETED',
      );
      const completed = performance.now();
      await eventually(
        () => load.counts['two'] ?? 0,
        (count) => count > 100,
      );
      await load.stop();
      expect(load.counts['failed']).toBeUndefined();
      expect(load.lastAsked['one']).toBeLessThan(completed);
      expect(running.web()).toMatchObject({ revision: 2, healthy: 2, running: 2, problem: null });
    },
  );

  it('canary gives the new version its share, and goes back without a failed request when its alarm fires', async () => {
    const project = createProject();
    const plan = planOf({
      alarms: { errors: { threshold: 1, periods: 1, period: '60 s' } },
      deployment: {
        strategy: 'canary',
        canary: { percent: 30, bake: '60 min' },
        bake: '1 min',
        rollbackOn: ['errors'],
      },
    });
    const running = await startReady(project, plan, { timeScale: 60 });
    // The first deployment is a rolling one that waits for its alarms.
    await eventually(
      () => last(running)?.state,
      (state) => state === 'COMPLETED',
    );
    const load = ask(running);
    project.write('web/VERSION', 'two');
    await running.ask('/v1/redeploy', { service: 'web' });
    await eventually(
      () => last(running)?.trafficPercent,
      (percent) => percent === 30,
    );
    await eventually(
      () => load.counts['two'] ?? 0,
      (count) => count > 150,
    );
    const share = (load.counts['two'] ?? 0) / ((load.counts['one'] ?? 0) + (load.counts['two'] ?? 0));
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.5);
    const errors = setInterval(() => running.get('/error').catch(() => {}), 20);
    await eventually(
      () => last(running)?.state,
      (state) => state === 'ROLLED_BACK',
    );
    clearInterval(errors);
    const back = performance.now();
    const { counts, lastAsked } = load;
    const before = counts['one'] ?? 0;
    await eventually(
      () => counts['one'] ?? 0,
      (count) => count > before + 100,
    );
    await load.stop();
    expect(counts['failed']).toBeUndefined();
    expect(lastAsked['two']).toBeLessThan(back);
    expect(last(running)?.reason).toContain('alarm');
    const alarm = running.events.filter(({ kind }) => kind === 'alarm');
    expect(alarm.some((event) => event.kind === 'alarm' && event.state === 'ALARM')).toBe(true);
  });
});
