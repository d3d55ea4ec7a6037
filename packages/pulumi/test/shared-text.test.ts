import { expect, test } from 'vitest';
import { ROTATION_CODE as inCdk } from '../../cdk/src/parts/data/rotation-code.ts';
import { collectorConfig as ofCdk } from '../../cdk/src/parts/service/collector-config.ts';
import { ROTATION_CODE } from '../src/parts/data/rotation-code.ts';
import { collectorConfig } from '../src/parts/service/collector-config.ts';

test('secrets are rotated by the same code as CDK’s', () => {
  expect(ROTATION_CODE).toBe(inCdk);
});

test('the collector has the same configuration as CDK’s', () => {
  expect(collectorConfig({ memoryMiB: 256 }, 'eu-west-1')).toBe(ofCdk({ memoryMiB: 256 }, 'eu-west-1'));
});
