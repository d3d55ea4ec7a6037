import { defineConfig } from 'vitest/config';

// As in the root's configuration, for the tests that need a browser.
const conditions = ['source', 'node'];

export default defineConfig({
  root: new URL('../../../../', import.meta.url).pathname,
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    include: ['systems/storefront/test/browser/*.browser.ts'],
    testTimeout: 60_000,
    fileParallelism: false,
  },
});
