import { AwsError } from '../aws-error.ts';
import { requireDockerfile } from '../images/build.ts';
import { findBuildTool } from '../images/build-tool.ts';
import { findDigest, ownImage } from '../images/registry.ts';
import { builtServices } from '../images/resolve-images.ts';
import { type Check, combine, type Findings, NOTHING } from './findings.ts';

/** What has to be built can be built; images of the account's own registry are there. */
export const checkImages: Check = async (input) => {
  const { session, plan, images, directory } = input;
  const unknown = Object.keys(images).filter((key) => plan.services[key]?.image.kind !== 'build');
  const toBuild = builtServices(plan).filter(({ service }) => images[service.key] === undefined);
  const named = Object.values(plan.services).flatMap(({ key, image }) =>
    image.kind === 'image' ? [{ key, reference: image.reference }] : [],
  );
  const references = named.map(({ key, reference }) =>
    finding(async () => {
      const own = ownImage(session, reference);
      if (own === null || (await findDigest(session, own.repository, own.image)) !== null) return;
      throw new AwsError('missing-image', `Service ${key} has no image to run`, {
        why: `${reference} is not there`,
        fix: `Push it, or correct \`image\` of ${key} in the definition.`,
      });
    }),
  );
  const files = toBuild.map(({ service, image }) =>
    directory === null
      ? Promise.resolve(NOTHING)
      : finding(() => requireDockerfile(directory, service.key, image)),
  );
  const strangers = unknown.map(
    (key): Findings => ({
      problems: [
        new AwsError('missing-image', `An image is given for ${key}, which is not built from a folder`, {
          why: `services with images of their own: ${
            builtServices(plan)
              .map(({ service }) => service.key)
              .join(', ') || 'none'
          }`,
          fix: 'Correct the name, or leave the image out.',
        }),
      ],
      warnings: [],
    }),
  );
  const tool = toBuild.length === 0 ? [] : [finding(async () => void (await findBuildTool()))];
  return combine([...strangers, ...(await Promise.all([...references, ...files, ...tool]))]);
};

/** What is thrown as a finding. */
async function finding(work: () => Promise<void>): Promise<Findings> {
  try {
    await work();
    return NOTHING;
  } catch (error) {
    if (error instanceof AwsError) return { problems: [error], warnings: [] };
    throw error;
  }
}
