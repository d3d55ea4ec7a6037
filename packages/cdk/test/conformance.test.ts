import { describeConformance } from '@breakwater/testkit';
import { describe, test } from 'vitest';
import { cdk, definitions } from './conformance-target.ts';

// Every row of the requirements on what CDK emits: see docs/reference/conformance.md.
describeConformance({ describe, test }, cdk, definitions);
