// Runs one program under Pulumi's mocks and prints what it cost: catalog, or a number of services alike.
import { cpuUsage } from 'node:process';
import { resolve } from '@breakwater/plan';
import { programOf } from '@breakwater/pulumi';
import { describedAnswers, inspect } from '@breakwater/pulumi/inspect';
import catalog from '../../systems/catalog/breakwater.config.ts';

const what = process.argv[3] ?? 'catalog';

function systemOf(count: number) {
  const service = (key: string) => ({
    image: 'public.ecr.aws/nginx/nginx:1.29',
    port: 8080,
    routes: [`/${key}/*`],
    scaling: { tasks: [2, 10], cpu: 70 },
  });
  const keys = Array.from({ length: count }, (_, index) => `s${index}`);
  return {
    name: 'growing',
    region: 'eu-west-1',
    defaults: '2026-11',
    services: Object.fromEntries(keys.map((key) => [key, service(key)])),
  };
}

const definition = what === 'catalog' ? catalog : systemOf(Number(what));
const { plan } = resolve(definition, { env: 'dev' });
if (plan === null) throw new Error(`The definition of ${what} has mistakes.`);

const loaded = cpuUsage();
const { registrations } = await inspect(programOf(definition), { answers: describedAnswers(plan) });
const { user, system } = cpuUsage(loaded);
console.log(JSON.stringify({ seconds: (user + system) / 1e6, resources: registrations.length }));
