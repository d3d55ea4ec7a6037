import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the running command line is: started again in the background by `start`. */
export function ownCommandLine(): string {
  return fileURLToPath(new URL('./cli.js', import.meta.url));
}

/** Where the running package's public entry is: what `import … from 'breakwater'` gives. */
export function ownEntry(): string {
  return fileURLToPath(new URL('./index.js', import.meta.url));
}

/** The running version. */
export function ownVersion(): string {
  for (const place of ['../package.json', '../../package.json']) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'));
      if (
        typeof manifest === 'object' &&
        manifest !== null &&
        'name' in manifest &&
        manifest.name === 'breakwater' &&
        'version' in manifest
      ) {
        return String(manifest.version);
      }
    } catch {
      // The next place.
    }
  }
  return 'unknown';
}
