import type { TrapGroup } from './trap.ts';

const PLAN = 'packages/plan/src/resolve/resolve.test.ts';
const LIMITS = 'packages/cdk/test/check-cases-limits.ts';
const REFUSALS = 'packages/aws/src/diff/refusals.test.ts';
const LIFE = 'packages/aws/test/deploy-life.emulator.test.ts';
const NAMES = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html';

/** Networks, names, CloudFormation and tools. */
export const INFRASTRUCTURE_TRAPS: TrapGroup = {
  title: 'Networks, names, CloudFormation and tools',
  traps: [
    {
      number: 29,
      title: 'Public images where there is no way out',
      what: 'Endpoints reach private repositories only: images of public.ecr.aws and Docker Hub, such as collectors, cannot be pulled through them.',
      source: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html',
      avoided: 'The plan names each such image, also those of its own sidecars.',
      tests: [[PLAN, 'BW1210']],
    },
    {
      number: 34,
      title: 'Tracing and meshes that come to their end',
      what: 'The X-Ray daemon and SDKs get no support after 2027-02-25, and App Mesh ended on 2026-09-30.',
      source: 'https://docs.aws.amazon.com/xray/latest/devguide/xray-daemon-eos.html',
      avoided:
        'Traces go through an OpenTelemetry collector, the daemon is a choice with a warning, and services call each other through Service Connect.',
      tests: [
        [
          'packages/plan/test/requirements/catalog.test.ts',
          'tracing: OpenTelemetry collector sidecar, pinned',
        ],
        [PLAN, 'BW1318'],
        [
          'packages/plan/test/requirements/payments.test.ts',
          'service mesh: services find each other by name through Service Connect',
        ],
      ],
    },
    {
      number: 37,
      title: 'Names that are too long, or taken',
      what: 'Names of load balancers and target groups have 32 characters, and CloudFormation finds out late. A fixed name also keeps a resource from being replaced.',
      source: NAMES,
      avoided:
        'Names are shortened within the limit of their kind and stay unique; names that something else has are found before the deployment; a replacement under the same name is refused before it begins.',
      tests: [
        [
          'packages/plan/src/resolve/naming.test.ts',
          'shortens the purpose with a stable hash and keeps the environment',
        ],
        ['packages/plan/test/properties.test.ts', 'gets names within the limits of their kinds, and unique'],
        [LIMITS, 'check/name'],
        ['packages/aws/test/deploy-refusals.emulator.test.ts', 'names that something else has'],
        [REFUSALS, 'nothing is made anew under the name that it has'],
      ],
    },
    {
      number: 38,
      title: 'Replacing a target group that is in use',
      what: 'CloudFormation makes the new one first. Under the same name that fails, in the middle of the deployment.',
      source: NAMES,
      avoided:
        '`diff` says so, and `deploy` refuses to change what would replace one, such as its port, before it touches the service.',
      tests: [
        [REFUSALS, 'nothing is made anew under the name that it has'],
        [
          'packages/aws/test/traffic.emulator.test.ts',
          'is not cut off by a port that would need target groups of the same name',
        ],
      ],
      remains:
        'To change the port of a service, give it another key or `purpose`, or its target groups other names in breakwater.cdk.ts.',
    },
    {
      number: 39,
      title: 'Policies that stop judging after an upgrade',
      what: 'cdk-nag 3 has other interfaces than 2: suppressions of old no longer compile, and findings stop the synthesis.',
      source: 'https://github.com/cdklabs/cdk-nag',
      avoided: '`check` runs version 3 with acknowledgements, each with its reason; `synth` does not run it.',
      tests: [
        ['packages/cdk/test/check.test.ts', '$name: nothing refuses a deployment'],
        ['packages/cdk/test/check.test.ts', 'every acknowledgement is needed by one of them'],
      ],
    },
    {
      number: 40,
      title: 'The wrong CDK command line',
      what: '`aws-cdk@latest` on npm is a 3.0.0 that can do less than the 2.x versions that go on.',
      source: 'https://www.npmjs.com/package/aws-cdk?activeTab=versions',
      avoided:
        "Breakwater deploys through the CDK's toolkit library, and what `eject` writes brings a 2.x of its own.",
      tests: [
        [
          'packages/cdk/test/eject.test.ts',
          'brings the command line of the CDK in a version of its own, not the latest that npm names',
        ],
        ['packages/testkit/src/traps/traps.test.ts', 'no page sends anyone to the latest aws-cdk'],
      ],
    },
    {
      number: 41,
      title: 'A repository that is emptied but not removed',
      what: 'The CDK throws when a repository is to be emptied on deletion and retained at once.',
      source: 'https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_ecr.Repository.html',
      avoided:
        'Repositories are emptied where they are removed, and neither where the environment is protected.',
      tests: [
        [
          'packages/cdk/src/parts/registries.test.ts',
          'go with their images, unless the environment is protected',
        ],
      ],
    },
    {
      number: 42,
      title: 'Elastic IP addresses that run out',
      what: 'An account has five in a Region: the third environment with two NAT gateways fails.',
      source: 'https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html',
      avoided:
        '`check` counts them, and `deploy` compares with the quota and what is in use before it changes anything.',
      tests: [
        [LIMITS, 'check/elastic-ips'],
        ['packages/aws/test/deploy-refusals.emulator.test.ts', 'a quota that is used up'],
      ],
    },
    {
      number: 43,
      title: 'Drift that is none',
      what: 'Autoscaling moves the desired count, and blue/green the weights of rules: CloudFormation reports both as drift.',
      source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html',
      avoided: '`verify` leaves out what autoscaling and ECS own, and reports the rest.',
      tests: [
        ['packages/aws/src/verify/areas/readings.test.ts', 'is none where autoscaling and ECS own the value'],
      ],
    },
    {
      number: 46,
      title: 'What stays after destroy and is in the way later',
      what: 'The CDK retains buckets and log groups by default: the next deployment under the same names fails.',
      source: 'https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.RemovalPolicy.html',
      avoided:
        'Everything goes with its environment unless it is protected; `destroy` looks for what is left.',
      tests: [
        [
          'packages/cdk/src/parts/service/service-part.test.ts',
          'log groups are encrypted with the customer key and go with their environment',
        ],
        ['packages/cdk/test/check-cases-operations.ts', 'check/left-behind'],
        [LIFE, 'destroy says what goes, and leaves nothing behind'],
      ],
    },
  ],
};
