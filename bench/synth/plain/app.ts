// The product catalogue's infrastructure as one would write it by hand with the CDK, a file for each stack: the peer that
// `breakwater synth` is timed against. `run.mjs` checks that both give the same resources before it measures.
import { createRequire } from 'node:module';
import { App, Tags } from 'aws-cdk-lib';
import { CatalogStack } from './catalog-stack.ts';
import { DashboardStack } from './dashboard-stack.ts';
import { DataStack } from './data-stack.ts';
import { FoundationStack } from './foundation-stack.ts';
import { env, region } from './names.ts';
import { RegistriesStack } from './registries-stack.ts';

const flags = createRequire(import.meta.url)('aws-cdk-lib/recommended-feature-flags.json');
const app = new App({
  analyticsReporting: false,
  context: { ...flags, '@aws-cdk/core:defaultCrossStackReferences': 'weak' },
});
const props = { env: { region } };
const registries = new RegistriesStack(app, `catalog-${env}-registries`, props);
const foundation = new FoundationStack(app, `catalog-${env}-foundation`, props);
const data = new DataStack(app, `catalog-${env}-data`, { ...props, foundation });
const catalog = new CatalogStack(app, `catalog-${env}-service-catalog`, {
  ...props,
  foundation,
  data,
  registries,
});
new DashboardStack(app, `catalog-${env}-dashboard`, { ...props, foundation, catalog });
for (const [key, value] of Object.entries({ Environment: env, Project: 'catalog', ManagedBy: 'CDK' }))
  Tags.of(app).add(key, value);
app.synth();
