import type { TrapGroup } from './trap.ts';

const PLAN = 'packages/plan/src/resolve/resolve.test.ts';
const CHECK = 'packages/cdk/test/check-cases-operations.ts';
const ECS_SERVICE = 'packages/cdk/src/parts/service/ecs-service.test.ts';
const ECS = 'https://docs.aws.amazon.com/AmazonECS/latest/developerguide';

/** Tasks that start, stop and are replaced. */
export const DEPLOYMENT_TRAPS: TrapGroup = {
  title: 'Deployments and tasks',
  traps: [
    {
      number: 3,
      title: 'A service that is meant for Fargate and asks for EC2',
      what: 'Without a launch type or a capacity provider strategy some tools ask for EC2, and no task can be placed.',
      source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html',
      avoided:
        'Every service has a capacity provider strategy of Fargate and Fargate Spot, and never a launch type.',
      tests: [[ECS_SERVICE, 'services of %s in %s run where and as the plan says']],
    },
    {
      number: 4,
      title: 'A service that waits for an image nobody could push yet',
      what: 'When repository and service are created together, the service never becomes stable, and CloudFormation waits for hours.',
      source: `${ECS}/deployment-circuit-breaker.html`,
      avoided:
        'Repositories are a stack of their own: `deploy` creates them, pushes the images, and only then creates services, which name their image by digest.',
      tests: [
        [
          'packages/aws/test/deploy-life.emulator.test.ts',
          'the first deployment creates repositories, image, stacks in order, outputs and a release',
        ],
        [
          'packages/aws/test/deploy-refusals.emulator.test.ts',
          'a digest that is not in the repository; once it is pushed, the next run goes on',
        ],
      ],
    },
    {
      number: 5,
      title: 'A first deployment that has nothing to go back to',
      what: 'The circuit breaker goes back to the last revision that was completed. At first there is none, and it only stops.',
      source: `${ECS}/deployment-circuit-breaker.html`,
      avoided:
        'A first deployment that fails says why its tasks stopped, and the next run makes the stack anew; locally it fails in the same way.',
      tests: [
        ['packages/behaviour/src/deployments/circuit-breaker.test.ts', 'stalls when none has ever completed'],
        [
          'packages/local/src/services/service.test.ts',
          'that is the first and fails stalls: FAILED, nothing runs, and the reason is told',
        ],
        [
          'packages/aws/test/deploy-refusals.emulator.test.ts',
          'a stack that cannot be created: the reasons; the next run makes it anew',
        ],
      ],
    },
    {
      number: 6,
      title: 'Percentages that let no task stop and none start',
      what: 'With 100 % and 100 %, 75 % and 100 % of two tasks, or 100 % and 125 % of three, a rolling deployment can do nothing.',
      source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html',
      avoided:
        'The definition is refused, with the numbers; `check` also looks at the numbers of tasks that schedules leave.',
      tests: [
        [PLAN, 'BW1304'],
        [CHECK, 'check/stuck-on-schedule'],
        [
          'packages/behaviour/src/deployments/rolling.test.ts',
          'that leave no room to stop or start are a deadlock',
        ],
      ],
    },
    {
      number: 7,
      title: 'Zone rebalancing that is refused',
      what: 'Rebalancing starts a task before it stops one, so ECS refuses it with a maximum of 100 %.',
      source: `${ECS}/service-rebalancing.html`,
      avoided: 'The definition is refused, with both ways out.',
      tests: [
        [PLAN, 'BW1305'],
        [
          'packages/behaviour/src/placement/zone-spread.test.ts',
          'does nothing when off, in a deployment, with maximumPercent 100 or in balance',
        ],
      ],
    },
    {
      number: 8,
      title: 'Blue/green traffic that a template moves back',
      what: 'ECS moves the weights of the listener rule. Whoever writes the rule again, for a new path, sends all requests to the target group without tasks.',
      source: 'https://github.com/aws/aws-cdk/issues/36649',
      avoided:
        'A rule that does not change is left alone, and one that does is written with the weights that it has at that moment; so are the rules that a rollback brings back.',
      tests: [
        [
          'packages/aws/src/stacks/follow-traffic.test.ts',
          'a route that changes keeps the traffic on the target group that has it',
        ],
        [
          'packages/aws/src/stacks/follow-traffic.test.ts',
          'a rule that does not change is left as it was deployed, wherever the traffic went since',
        ],
        ['packages/aws/test/traffic.emulator.test.ts', 'stays where it is when a route changes'],
        [
          'packages/cdk/src/parts/service/routing.test.ts',
          'nothing but a route changes a rule whose weights ECS has moved',
        ],
      ],
      remains:
        'A change of routes that fails half-way, or is deployed by another tool than `breakwater deploy`, is written with the weights of an earlier template: look where the traffic is.',
    },
    {
      number: 15,
      title: 'Tasks that are killed before they have started',
      what: 'Without a grace period the health checks of the load balancer count from the first second, and slow starters are replaced for ever.',
      source: 'https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html',
      avoided: 'The grace period is 60 s unless the definition says otherwise; `check` warns of none.',
      tests: [
        [CHECK, 'check/no-grace'],
        [
          'packages/behaviour/src/deployments/circuit-breaker.test.ts',
          'is replaced when unhealthy, but not within the grace period',
        ],
      ],
    },
    {
      number: 17,
      title: 'Draining that is too long, or too short',
      what: 'Each step of a deployment waits for the deregistration delay, 300 s by default; requests that take longer than it are answered 502.',
      source:
        'https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html',
      avoided:
        'It is 30 s unless the definition says otherwise, and `check` compares it with the idle timeout.',
      tests: [
        [
          'packages/plan/test/requirements/common.test.ts',
          'health and deployments: deregistration delay 30 s, rolling with circuit breaker and rollback',
        ],
        [CHECK, 'check/cut-requests'],
        [CHECK, 'check/slow-draining'],
      ],
    },
    {
      number: 18,
      title: 'Services that never hear SIGTERM',
      what: 'A shell or npm as the first process does not pass the signal on. After the stop timeout the task is killed, with its requests.',
      source: `${ECS}/task-lifecycle-explanation.html`,
      avoided:
        'The local engine says so when it reads such a command; the plan warns when requests get longer to drain than the task to stop; the reference service answers every request that reaches it while it stops.',
      tests: [
        [
          'packages/local/src/tasks/resolve-process.test.ts',
          'runs a shell line by the shell only where it needs one, and says what Fargate makes of it',
        ],
        ['packages/local/src/tasks/resolve-process.test.ts', 'runs the script itself for %s %s %s'],
        [PLAN, 'BW1311'],
        [
          'systems/catalog/service/test/stopping.test.ts',
          'on SIGTERM no request is lost that comes while the load balancer still sends',
        ],
      ],
    },
    {
      number: 19,
      title: 'Spot without anything on demand',
      what: 'With the base on Spot, or a weight of 0 on demand, every task may be taken back at once, and Fargate does not fall back to on-demand capacity.',
      source: `${ECS}/fargate-capacity-providers.html`,
      avoided:
        'The plan warns when no task is guaranteed on demand, and refuses a strategy that chooses nobody; locally Spot tasks are taken back in the same way.',
      tests: [
        [PLAN, 'BW1307'],
        [PLAN, 'BW1309'],
        [CHECK, 'check/spot-only'],
        [
          'packages/behaviour/src/placement/capacity-provider-split.test.ts',
          'adds up, fills the base first and gives weight 0 nothing beyond it',
        ],
      ],
    },
    {
      number: 36,
      title: 'A lifecycle rule that deletes the image that runs',
      what: 'A rule by count knows nothing of what runs: after enough pushes the live image is gone, and its next task cannot start.',
      source: 'https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html',
      avoided:
        'Only `deploy` pushes, once for each new image and without attestations, which would count as images; fewer than three kept images are a warning; a rollback to an image that is gone is refused before anything is changed.',
      tests: [
        [CHECK, 'check/keep-images'],
        [
          'packages/aws/test/deploy-life.emulator.test.ts',
          'new source is a new digest: the service is deployed, nothing else',
        ],
      ],
      remains:
        'As many failed deployments of new images in a row as are kept push the live one out: keep more where many are tried.',
    },
  ],
};
