import type { Rule } from '../rule.ts';

/** Rules about running the system: what somebody who reviews it would ask about. */
export const OPERATION_RULES: readonly Rule[] = [
  {
    id: 'check/exec-in-production',
    severity: 'info',
    title: 'Shell in a protected environment',
    why: 'Whoever may call ecs:ExecuteCommand reaches the secrets and the data of the task.',
    fix: 'Allow ecs:ExecuteCommand to few, or leave exec out in this environment.',
    find: ({ plan, place }) =>
      plan.protect
        ? Object.values(plan.services).flatMap(({ key, executeCommand }) =>
            executeCommand
              ? [
                  {
                    where: place(`services.${key}.executeCommand`),
                    what:
                      plan.cluster.executeCommandLogGroup === null
                        ? `A shell can be opened in ${key}, and sessions are not logged.`
                        : `A shell can be opened in ${key}; sessions are logged.`,
                    ...(plan.cluster.executeCommandLogGroup === null ? { severity: 'warning' as const } : {}),
                  },
                ]
              : [],
          )
        : [],
  },
  {
    id: 'check/no-image-scan',
    severity: 'warning',
    title: 'Images that nobody scans',
    why: 'Known holes in what an image is built from stay unseen.',
    fix: 'Use registry: { scanOnPush: true }.',
    find: ({ plan, place }) =>
      Object.values(plan.services).flatMap(({ key, registry }) =>
        registry === null || registry.scanOnPush
          ? []
          : [
              {
                where: place(`services.${key}.registry.scanOnPush`),
                what: `Images of ${key} are not scanned when they are pushed.`,
              },
            ],
      ),
  },
  {
    id: 'check/mutable-image',
    severity: 'warning',
    title: 'Image whose tag can change',
    why: 'Two tasks of one revision can run different code, and a rollback may start what it should leave.',
    fix: 'Name the image by digest (…@sha256:…), or have it built.',
    find: ({ plan, place }) =>
      Object.values(plan.services).flatMap(({ key, image, tracing }) => [
        ...(image.kind === 'image' && !image.reference.includes('@sha256:')
          ? [
              {
                where: place(`services.${key}.image.reference`),
                what: `${key} runs ${image.reference}, whatever that is when a task starts.`,
              },
            ]
          : []),
        ...(tracing !== null && /:latest$|^[^:@]+$/.test(tracing.sidecar.image)
          ? [
              {
                where: place(`services.${key}.tracing.sidecar.image`),
                what: `The collector of ${key} is ${tracing.sidecar.image}.`,
              },
            ]
          : []),
      ]),
  },
  {
    id: 'check/writable-root',
    severity: 'info',
    title: 'Container that can change its own files',
    why: 'Whoever gets in can put programs there.',
    fix: 'Use readonlyRoot: true where the service writes no files and exec is off.',
    find: ({ plan, place }) =>
      plan.protect
        ? Object.values(plan.services).flatMap(({ key, readonlyRootFilesystem }) =>
            readonlyRootFilesystem
              ? []
              : [
                  {
                    where: place(`services.${key}.readonlyRootFilesystem`),
                    what: `The root file system of ${key} is writable.`,
                  },
                ],
          )
        : [],
  },
  {
    id: 'check/key-without-rotation',
    severity: 'error',
    title: 'Key that is never rotated',
    why: 'The longer a key is used, the more it opens when it is lost.',
    fix: 'Switch rotation on.',
    find: ({ of }) =>
      of('AWS::KMS::Key').flatMap(({ path, properties }) =>
        properties['EnableKeyRotation'] === true ? [] : [{ where: path, what: 'The key is not rotated.' }],
      ),
  },
];
