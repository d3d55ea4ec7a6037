import { describeConformance } from '@breakwater/testkit';
import { describe, test } from 'vitest';
import { definitions, pulumi } from './conformance-target.ts';

// Every row of the requirements on what a Pulumi program registers: see docs/reference/conformance.md.
describeConformance({ describe, test }, pulumi, definitions);
