// Stands for `docker` in tests: "builds" an image out of the text of its Dockerfile, and pushes it into the emulator's registry.
// What it is called with goes, a line each, to $BUILD_LOG.
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ECRClient, PutImageCommand } from '@aws-sdk/client-ecr';

const [command, ...args] = process.argv.slice(2);
const { BUILD_LOG = '', BUILD_STATE = '', BUILD_FAIL } = process.env;
appendFileSync(BUILD_LOG, `${[command, ...args].join(' ')}\n`);
const hash = (text) => createHash('sha256').update(text).digest('hex');
const built = (name) => join(BUILD_STATE, hash(name));

switch (command) {
  case 'info':
    break;
  case 'login': {
    const password = readFileSync(0, 'utf8');
    if (password === '' || args.some((arg) => arg.includes(password))) process.exit(1);
    break;
  }
  case 'build': {
    const dockerfile = readFileSync(args[args.indexOf('--file') + 1], 'utf8');
    console.error(`#1 ${dockerfile.split('\n')[0]}`);
    if (BUILD_FAIL) {
      console.error('ERROR: failed to solve: process "/bin/sh -c npm ci" did not complete successfully');
      process.exit(1);
    }
    const config = {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: 7,
      digest: `sha256:${hash(dockerfile)}`,
    };
    const mediaType = 'application/vnd.docker.distribution.manifest.v2+json';
    const manifest = JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [] });
    args.forEach((arg, index) => {
      if (arg === '--tag') writeFileSync(built(args[index + 1]), manifest);
    });
    break;
  }
  case 'push': {
    const [name] = args;
    if (!existsSync(built(name))) process.exit(1);
    const [, repositoryName, imageTag] = /^[^/]+\/(.+):([^:]+)$/.exec(name);
    const imageManifest = readFileSync(built(name), 'utf8');
    const imageDigest = `sha256:${hash(imageManifest)}`;
    const image = new PutImageCommand({ repositoryName, imageTag, imageManifest, imageDigest });
    // Pushing what is there already is no error of the real one.
    await new ECRClient({}).send(image).catch((error) => {
      if (error.name !== 'ImageAlreadyExistsException') throw error;
    });
    break;
  }
  default:
    process.exit(125);
}
