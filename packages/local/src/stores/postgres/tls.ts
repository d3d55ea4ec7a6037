import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TlsFiles } from './configuration.ts';
import { giveTo, type ServerUser } from './server-user.ts';

const YEARS = 10;

/**
 * The certificate of a local database, made once: an authority of its own in `ca.pem` (its key is thrown away), and a
 * certificate for `localhost` and 127.0.0.1 that it signed.
 */
export async function ensureTlsFiles(directory: string, user: ServerUser, now: Date): Promise<TlsFiles> {
  const folder = join(directory, 'tls');
  const files: TlsFiles = {
    certificate: join(folder, 'server.pem'),
    key: join(folder, 'server.key'),
    ca: join(folder, 'ca.pem'),
  };
  if (!(await allExist([files.certificate, files.key, files.ca]))) {
    await mkdir(folder, { recursive: true, mode: 0o755 });
    await writeCertificates(files, now);
  }
  // PostgreSQL wants the key to be its own, and closed to others.
  await giveTo(user, files.key);
  return files;
}

async function writeCertificates(files: TlsFiles, now: Date): Promise<void> {
  // Loaded here: most runs need no certificate.
  const { generate } = await import('selfsigned');
  const notAfterDate = new Date(now);
  notAfterDate.setFullYear(now.getFullYear() + YEARS);
  const validity = { notBeforeDate: now, notAfterDate, keyType: 'ec', algorithm: 'sha256' } as const;
  const authority = await generate([{ name: 'commonName', value: 'Breakwater local database CA' }], {
    ...validity,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...validity,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  await writeFile(files.key, server.private, { mode: 0o600 });
  await writeFile(files.certificate, server.cert, { mode: 0o644 });
  // Last: its presence says that the other two are whole.
  await writeFile(files.ca, authority.cert, { mode: 0o644 });
}

/** The authority's certificate, as a client's `ca` wants it. */
export async function readAuthority(files: TlsFiles | null): Promise<string | null> {
  return files === null ? null : readFile(files.ca, 'utf8');
}

async function allExist(paths: readonly string[]): Promise<boolean> {
  const found = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.every(Boolean);
}
