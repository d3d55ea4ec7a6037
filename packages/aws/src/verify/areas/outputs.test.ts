import { expect, test } from 'vitest';
import { planOf, systems } from '../../../../plan/test/systems.ts';
import { adviceFor } from './outputs.ts';

const [dev, prod] = [planOf(systems['catalog'], 'dev'), planOf(systems['catalog'], 'prod')];
const outputsOfDev = { ClusterName: dev.cluster.name, VpcId: 'vpc-1' };

test('an outputs file of another environment is recognised by its names, with the command that writes it anew', () => {
  expect(adviceFor(prod, outputsOfDev)).toBe(
    'The file seems to be of another environment than prod (by ClusterName): `breakwater outputs --env prod` writes it anew, after Pulumi with `--from`',
  );
});

test('a file with the right names may be an old one', () => {
  expect(adviceFor(dev, { ...outputsOfDev, CatalogServiceName: '' })).toBe(
    'The file may be an old one: `breakwater outputs --env dev` writes it anew, after Pulumi with `--from`',
  );
});
