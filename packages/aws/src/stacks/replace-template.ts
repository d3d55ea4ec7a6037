import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Template } from './template.ts';

/**
 * Writes another template into an assembly, and its new hash wherever the assembly names it: uploaded templates are named by their
 * hash. `originals` gets the text of each file before its first change.
 */
export async function replaceTemplate(
  directory: string,
  stackName: string,
  template: Template,
  originals = new Map<string, string>(),
): Promise<void> {
  const text = JSON.stringify(template, null, 1);
  const file = (name: string): string => join(directory, name);
  const [templateFile, assetsFile, manifestFile] = [
    file(`${stackName}.template.json`),
    file(`${stackName}.assets.json`),
    file('manifest.json'),
  ];
  const write = async (path: string, content: string): Promise<void> => {
    if (!originals.has(path)) originals.set(path, await readFile(path, 'utf8'));
    await writeFile(path, content);
  };
  await write(templateFile, text);
  const assets = await readFile(assetsFile, 'utf8').catch(() => null);
  if (assets === null) return;
  const { files = {} } = JSON.parse(assets) as {
    files?: Readonly<Record<string, { readonly source?: { readonly path?: string } }>>;
  }; // an asset manifest, written by the CDK
  const old = Object.entries(files).find(
    ([, { source }]) => source?.path === `${stackName}.template.json`,
  )?.[0];
  if (old === undefined) return;
  const hash = createHash('sha256').update(text).digest('hex');
  await write(assetsFile, assets.replaceAll(old, hash));
  await write(manifestFile, (await readFile(manifestFile, 'utf8')).replaceAll(old, hash));
}
