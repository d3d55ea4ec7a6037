import { defineConfig } from 'vitest/config';

/** Tests against an emulator of AWS, which needs Python: only `npm run test:emulator` runs them. */
const EMULATOR = 'packages/*/test/**/*.emulator.test.ts';

/** Tests in Pulumi's own engine, which has to be built: only `npm run test:pulumi-engine` runs them. */
const PULUMI_ENGINE = 'packages/pulumi/test/engine/**/*.engine.test.ts';

/** Tests that start servers, databases, engines or put load on them: one file after the other, so that they do not starve each other. */
const REAL = [
  'packages/breakwater/test/{engine-commands,real-engine,side-by-side}.test.ts',
  'packages/local/test/**/*.test.ts',
  'packages/local/src/{connect,processes,router,stores,tasks}/**/*.test.ts',
  'systems/**/*.test.ts',
];

/** `.breakwater` holds copies of the services' folders, tests included, once `npm start` has run. */
const NEVER = ['**/node_modules/**', '**/dist/**', '**/.breakwater/**'];

// Tests read the sources of every package through the `source` export condition, so they never see a stale build.
const conditions = ['source', 'node'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    exclude: NEVER,
    testTimeout: 20_000,
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          // They hold the processor all the time, and Vitest leaves a core to others.
          maxWorkers: '100%',
          setupFiles: ['scripts/temporary-folder.setup.ts'],
          include: ['packages/*/{src,test}/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: [...REAL, EMULATOR, PULUMI_ENGINE, ...NEVER],
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'real',
          include: REAL,
          exclude: [EMULATOR, ...NEVER],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
      ...(process.env['BREAKWATER_EMULATOR_TESTS'] === undefined
        ? []
        : [
            {
              extends: true as const,
              test: {
                name: 'emulator',
                include: [EMULATOR],
                globalSetup: ['packages/aws/test/emulator/prepare.ts'],
                testTimeout: 240_000,
                hookTimeout: 60_000,
                // Each file has an emulator of its own.
                maxWorkers: 2,
                sequence: { groupOrder: 2 },
              },
            },
          ]),
      ...(process.env['BREAKWATER_PULUMI'] === undefined
        ? []
        : [
            {
              extends: true as const,
              test: {
                name: 'pulumi-engine',
                include: [PULUMI_ENGINE],
                testTimeout: 240_000,
                hookTimeout: 240_000,
                // Each engine keeps a program and two plugins busy.
                maxWorkers: 2,
                sequence: { groupOrder: 3 },
              },
            },
          ]),
    ],
  },
});
