import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { renderPlan } from './render-plan.ts';
import { planOf, systems } from './systems.ts';

// A change of the plan is a line that a reviewer reads. Written anew by UPDATE_GOLDEN=1 npx vitest run packages/plan/test/golden.test.ts
const environments: Readonly<Record<string, readonly string[]>> = {
  catalog: ['dev', 'prod'],
  payments: ['dev', 'prod'],
  shop: ['dev'],
  storefront: ['dev'],
};

for (const [system, definition] of Object.entries(systems)) {
  for (const env of environments[system] ?? []) {
    test(`the plan of ${system} in ${env} is the one that was reviewed`, () => {
      const { origins: _, ...plan } = planOf(definition, env);
      const file = new URL(`./golden/${system}.${env}.plan.txt`, import.meta.url);
      const text = renderPlan(plan);
      if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, text);
      expect(existsSync(file)).toBe(true);
      expect(text).toBe(readFileSync(file, 'utf8'));
    });
  }
}
