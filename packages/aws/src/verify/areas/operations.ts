import type { KeyPlan, LogGroupPlan, Plan, TopicPlan } from '@breakwater/plan';
import { type Check, check } from '../check.ts';
import type { Live } from '../live/live.ts';
import { compare, compareSets, fact, failed, passed, present, skipped } from '../outcome.ts';
import { compareKey } from './stores.ts';

/** Log groups: retention and encryption. */
export function logGroupChecks(plan: Plan): Check[] {
  return Object.values(plan.logGroups).flatMap((group) => checksOfLogGroup(plan, group));
}

/** KMS keys: enabled, rotated, and usable by CloudWatch Logs where it has to be. */
export function keyChecks(plan: Plan): Check[] {
  return Object.values(plan.keys).flatMap((key) => checksOfKey(key));
}

/** SNS topics and who is subscribed. */
export function topicChecks(plan: Plan): Check[] {
  return Object.values(plan.topics).flatMap((topic) => checksOfTopic(plan, topic));
}

function checksOfLogGroup(plan: Plan, { key, name, retentionDays, encryptionKey }: LogGroupPlan): Check[] {
  const find = async (live: Live) => present(await live.operations.findLogGroup(name), `log group ${name}`);
  return [
    check('logs', `${key}.exists`, `log group ${name} is there`, async (live) =>
      (await live.operations.findLogGroup(name)) === null ? failed(name, 'no such log group') : passed(name),
    ),
    check('logs', `${key}.retention`, `lines in ${name} are kept for ${retentionDays} days`, async (live) =>
      compare([fact('days kept', retentionDays, (await find(live)).retentionInDays ?? 'for ever')]),
    ),
    check('logs', `${key}.encryption`, `${name} is encrypted with the planned key`, async (live) => {
      const found = (await find(live)).kmsKeyId;
      if (encryptionKey !== null) return compareKey(live, plan, encryptionKey, found);
      return passed(found === undefined ? 'key of AWS' : found);
    }),
  ];
}

function checksOfKey({ key, alias, rotation, logGroups }: KeyPlan): Check[] {
  return [
    check('keys', `${key}.status`, `key ${alias} is enabled`, async (live) => {
      const found = await live.operations.findKey(alias);
      return found === null
        ? failed(alias, 'no such key')
        : compare([fact('state', 'Enabled', found.KeyState)]);
    }),
    check('keys', `${key}.rotation`, `key ${alias} is rotated as planned`, async (live) =>
      compare([fact('rotation', rotation, await live.operations.keyRotation(alias))]),
    ),
    ...(logGroups.length === 0
      ? []
      : [
          check('keys', `${key}.policy`, `CloudWatch Logs may use key ${alias}`, async (live) => {
            const principal = `logs.${live.session.region}.amazonaws.com`;
            const policy = await live.operations.keyPolicy(alias);
            return policy.includes(principal)
              ? passed(principal)
              : failed(`${principal} in the key policy`, 'not there');
          }),
        ]),
  ];
}

function checksOfTopic(plan: Plan, { key, name, subscribers, encryptionKey }: TopicPlan): Check[] {
  const attributes = async (live: Live) =>
    present(await live.operations.topicAttributes(live.operations.topicArn(name)), `topic ${name}`);
  return [
    check('topics', `${key}.exists`, `topic ${name} is there`, async (live) =>
      (await live.operations.topicAttributes(live.operations.topicArn(name))) === null
        ? failed(name, 'no such topic')
        : passed(name),
    ),
    check('topics', `${key}.encryption`, `${name} is encrypted with the planned key`, async (live) => {
      const found = (await attributes(live))['KmsMasterKeyId'];
      if (encryptionKey === null) return passed(found ?? 'key of AWS');
      return compareKey(live, plan, encryptionKey, found);
    }),
    check('topics', `${key}.subscribers`, `${name} tells who it should`, async (live) => {
      await attributes(live);
      const found = await live.operations.subscriptions(live.operations.topicArn(name));
      const outcome = compareSets(
        'subscribers',
        subscribers.map(({ protocol, endpoint }) => `${protocol} ${endpoint}`),
        found.map(({ Protocol, Endpoint }) => `${Protocol} ${Endpoint}`),
      );
      const waiting = found.filter(({ SubscriptionArn }) => SubscriptionArn === 'PendingConfirmation').length;
      return outcome.state === 'passed' && waiting > 0
        ? skipped(`${waiting} of ${found.length} subscribers have not confirmed yet and hear nothing.`)
        : outcome;
    }),
  ];
}
