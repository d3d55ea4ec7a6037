import type { TrapGroup } from './trap.ts';

const PLAN = 'packages/plan/src/resolve/resolve.test.ts';
const DATABASE = 'packages/cdk/src/parts/data/database.test.ts';
const KEYS = 'packages/cdk/src/parts/foundation/keys.test.ts';
const TTL = 'packages/behaviour/src/dynamodb/time-to-live.test.ts';

/** Databases, tables, secrets and keys. */
export const DATA_TRAPS: TrapGroup = {
  title: 'Databases, tables, secrets and keys',
  traps: [
    {
      number: 24,
      title: 'Credentials that do not fit the database',
      what: 'The database is created for one user and the secret names another, or lacks a field that the task definition reads: no task starts.',
      source:
        'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html',
      avoided:
        'User and password of the database come from the very secret that the tasks read; fields of a secret that exists are looked at before anything is deployed.',
      tests: [
        [DATABASE, 'open to the user and password of their generated secret, which gets host, port and name'],
        [PLAN, 'BW1503'],
        [
          'packages/aws/test/deploy-refusals.emulator.test.ts',
          'a secret that is not there, or lacks a field',
        ],
      ],
    },
    {
      number: 25,
      title: 'A secret whose name looks like an ARN',
      what: 'Secrets Manager appends a hyphen and six characters to every ARN: a name that ends so is misread, and a policy by name needs `-??????`.',
      source:
        'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html',
      avoided:
        'Such a name is refused, and policies name secrets with the characters that Secrets Manager adds.',
      tests: [
        [PLAN, 'BW1501'],
        [
          'packages/cdk/src/parts/service/task-definition.test.ts',
          'an existing secret is referenced by its name, and read through the ARN that Secrets Manager gives it',
        ],
      ],
    },
    {
      number: 26,
      title: 'Passwords that are rotated under running tasks',
      what: 'Tasks read a secret when they start. After a rotation, which some tools start at once, new connections are refused.',
      source:
        'https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html',
      avoided:
        'The first rotation comes after the first interval, and the plan says that tasks keep their password.',
      tests: [
        [
          'packages/cdk/src/parts/data/rotation.test.ts',
          'happens every 30 days, and not at once, for tasks keep the password that they started with',
        ],
        [PLAN, 'BW1504'],
      ],
      remains: 'Deploy after each rotation, or read the secret while running.',
    },
    {
      number: 27,
      title: 'Databases that suddenly insist on TLS',
      what: 'From RDS PostgreSQL 15 and Aurora PostgreSQL 17 on, plain connections are refused by default, and clients without TLS fail.',
      source: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Security.html',
      avoided:
        'Databases of every version insist on TLS by a parameter group of their own, and the reference service speaks it to every database on another machine.',
      tests: [
        [
          DATABASE,
          '%s refuses plain connections by its own parameter group, whatever the default of its version',
        ],
        ['packages/cdk/test/check-cases-security.ts', 'check/database-without-tls'],
        [
          'systems/catalog/service/src/config.test.ts',
          'a database on another machine is reached by TLS unless told otherwise',
        ],
      ],
    },
    {
      number: 28,
      title: 'Log groups that may not use their key',
      what: 'CloudWatch Logs needs a statement in the policy of a customer key; without it the log group cannot be created.',
      source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
      avoided:
        "The key's policy lets CloudWatch Logs use it for the log groups of the plan, and is there before they are.",
      tests: [
        [KEYS, 'let CloudWatch Logs of this Region use them, for the log groups of the plan only'],
        [KEYS, 'are there, policy and all, before a log group asks for them'],
      ],
    },
    {
      number: 35,
      title: 'Items that never expire',
      what: 'Time to Live reads a Number of seconds. Milliseconds and strings never expire, and expired items are still returned for days.',
      source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html',
      avoided: 'Local tables expire by the same rules, so that the mistake is seen before the deployment.',
      tests: [
        [TTL, 'takes nothing but a Number of seconds'],
        [TTL, 'deletes an expired item late, and until then it is there'],
      ],
    },
    {
      number: 44,
      title: 'A database that is meant to pause and never does',
      what: 'A minimum of 0 ACU pauses only without connections; pools and health checks keep it awake, and whoever wakes it waits.',
      source:
        'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html',
      avoided: 'The plan warns of a minimum of 0.',
      tests: [[PLAN, 'BW1508']],
    },
    {
      number: 45,
      title: 'Performance Insights with another retention',
      what: 'Its console has become Database Insights, whose advanced mode takes no retention but 465 days.',
      source: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_PerfInsights.Enabling.html',
      avoided: 'It cannot happen: databases are created with neither.',
      tests: [
        [DATABASE, 'ask for nothing of Performance Insights, whose retention Database Insights dictates'],
      ],
    },
  ],
};
