import type { Behaviour } from './behaviour.ts';

/** What is followed in `fargate`. */
export const FARGATE_BEHAVIOURS = [
  {
    id: 'fargate.statuses',
    title: 'Task statuses',
    statement:
      'Eight statuses in order; targets are registered in ACTIVATING and deregistered in DEACTIVATING.',
    mark: 'documented',
    source: 'ECS-LC',
    module: 'fargate/task-lifecycle.ts',
    constants: ['TASK_STATUSES'],
    test: 'has eight statuses in order',
  },
  {
    id: 'fargate.stop-order',
    title: 'Order of a stop',
    statement: 'Deregister, drain, SIGTERM, stop timeout, SIGKILL.',
    mark: 'documented',
    source: 'ECS-LC',
    module: 'fargate/task-lifecycle.ts',
    constants: ['DEFAULT_STOP_SIGNAL'],
    test: 'deregisters, drains, signals and kills, in this order and each once',
  },
  {
    id: 'fargate.backoff',
    title: 'Launch back-off',
    statement:
      'Repeated launches that never reach RUNNING wait longer and longer, at most 15 minutes; tasks that reached RUNNING never cause a wait.',
    mark: 'documented',
    source: 'ECS-THROTTLE',
    module: 'fargate/launch-backoff.ts',
    constants: ['LAUNCH_BACKOFF_MAX_MS'],
    test: 'are slowed down only by tasks that never reached RUNNING',
  },
  {
    id: 'fargate.backoff-start',
    title: 'First waits',
    statement: 'AWS gives only the maximum; the first wait is 10 s and doubles.',
    mark: 'inferred',
    source: 'ECS-THROTTLE',
    module: 'fargate/launch-backoff.ts',
    constants: ['LAUNCH_BACKOFF_FIRST_MS', 'LAUNCH_BACKOFF_FREE_FAILURES'],
    test: 'wait twice as long each time, at most 15 minutes',
  },
  {
    id: 'fargate.container-health',
    title: 'Container health checks',
    statement:
      'One success is HEALTHY, as many failures in a row as retries are UNHEALTHY; failures in the start period do not count.',
    mark: 'documented',
    source: 'ECS-HC',
    module: 'fargate/container-health.ts',
    constants: ['CONTAINER_HEALTH_LIMITS'],
    test: 'forgives failures in the start period, which a success ends',
  },
  {
    id: 'fargate.spot',
    title: 'Spot interruptions',
    statement: 'Two minutes of warning; SIGTERM comes with the notice, SIGKILL after the stop timeout.',
    mark: 'documented',
    source: 'FG-CP',
    module: 'fargate/spot.ts',
    constants: ['SPOT_WARNING_MS', 'SPOT_STOP_CODE', 'SPOT_STOPPED_REASON'],
    test: 'signals with the notice and kills after the stop timeout, within two minutes',
  },
  {
    id: 'fargate.spot-deregistration',
    title: 'Spot and the load balancer',
    statement: 'The target is deregistered before SIGTERM; users reported it missing in September 2025.',
    mark: 'observed',
    source: 'GH-2673',
    module: 'fargate/spot.ts',
    constants: ['SPOT_DEREGISTERS_BEFORE_SIGNAL'],
    test: 'deregisters before it signals, as far as is known',
  },
  {
    id: 'fargate.stop-timeout',
    title: 'Stop timeout',
    statement:
      'The stop timeout is 30 s unless given, on Fargate 2 to 120 s; a task whose processes exit earlier is stopped at once.',
    mark: 'documented',
    source: 'ECS-CD',
    module: 'fargate/task-lifecycle.ts',
    constants: ['STOP_TIMEOUT_MS'],
    test: 'is over when its processes have exited',
  },
] as const satisfies readonly Behaviour[];
