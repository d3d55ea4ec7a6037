import type { MetricSeries, ScalingDecision } from '@breakwater/protocol';
import { describe, expect, it } from 'vitest';
import { cleanUpAfterEach, createProject, eventually, planOf, startReady } from './harness.ts';

cleanUpAfterEach();

describe('autoscaling and alarms', () => {
  it('scale out on measured CPU, say why, and scale in again when it is quiet', async () => {
    const plan = planOf({
      size: { cpu: 256, memory: 512 },
      scaling: { tasks: [1, 3], cpu: 30, cooldown: '60 s' },
      alarms: { cpu: { threshold: 40, periods: 1, period: '60 s' } },
    });
    const running = await startReady(createProject(), plan, { timeScale: 60 });
    const { web, ask, engine, events } = running;
    let going = true;
    const burn = (async () => {
      while (going) await running.get('/burn').catch(() => '');
    })();
    await eventually(
      () => web().desired,
      (desired) => desired > 1,
      30,
    );
    await eventually(
      () => engine.snapshot().alarms.find(({ name }) => name.includes('cpu'))?.state,
      (state) => state === 'ALARM',
    );
    going = false;
    await burn;
    const out = (await ask<ScalingDecision[]>('/v1/decisions?service=web')).find(
      ({ result }) => result === 'scale-out',
    );
    expect(out).toMatchObject({ service: 'web', from: 1 });
    expect(out?.to).toBeGreaterThan(1);
    expect(out?.datapoints.some((value) => value !== null && value > 30)).toBe(true);
    expect(out?.formula).toMatch(/ceil\(.*\) = \d+/);
    expect(out?.reason).not.toBe('');
    expect(events.some((event) => event.kind === 'scaling' && event.from === 1)).toBe(true);
    await eventually(
      () => web().desired,
      (desired) => desired === 1,
      45,
    );
    await eventually(
      () => web().running,
      (count) => count === 1,
    );
    const inwards = (await ask<ScalingDecision[]>('/v1/decisions')).find(
      ({ result }) => result === 'scale-in',
    );
    expect(inwards?.to).toBeLessThan(inwards?.from ?? 0);
    await eventually(
      () => engine.snapshot().alarms.find(({ name }) => name.includes('cpu'))?.state,
      (state) => state === 'OK',
    );
    const states = events.flatMap((event) => (event.kind === 'alarm' ? [event.state] : []));
    expect(states).toContain('ALARM');
    expect(states.at(-1)).toBe('OK');
    const [series] = await ask<MetricSeries[]>(
      '/v1/metrics?service=web&metric=CPUUtilization&statistic=Average&seconds=60',
    );
    expect(series?.values.some((value) => value !== null && value > 30)).toBe(true);
  }, 90_000);

  it('by hand moves the bounds where it must, and is refused for a service that there is not', async () => {
    const { ask, control, web } = await startReady(
      createProject(),
      planOf({ scaling: { tasks: [1, 2], cpu: 70 } }),
    );
    await ask('/v1/scale', { service: 'web', desired: 4 });
    await eventually(
      () => web().healthy,
      (healthy) => healthy === 4,
    );
    expect(web()).toMatchObject({ minimum: 1, maximum: 4, desired: 4 });
    await ask('/v1/scale', { service: 'web', maximum: 2 });
    await eventually(
      () => web().running,
      (count) => count === 2,
    );
    await ask('/v1/scale', { service: 'web', minimum: 3, maximum: 5 });
    await eventually(
      () => web().healthy,
      (healthy) => healthy === 3,
    );
    expect((await control('/v1/scale', { service: 'wep', desired: 1 })).status).toBe(404);
    expect((await control('/v1/metrics?metric=Nonsense')).status).toBe(400);
    expect((await control('/v1/metrics?statistic=Most')).status).toBe(400);
  });
});
