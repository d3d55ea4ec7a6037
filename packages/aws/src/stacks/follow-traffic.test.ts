import { expect, test } from 'vitest';
import { followTraffic } from './follow-traffic.ts';
import type { Template } from './template.ts';

const rule = (paths: readonly string[], blue: number, green: number): Template => ({
  Resources: {
    Rule: {
      Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
      Properties: {
        Conditions: [{ Field: 'path-pattern', PathPatternConfig: { Values: paths } }],
        Actions: [
          {
            ForwardConfig: {
              TargetGroupStickinessConfig: { Enabled: false },
              TargetGroups: [
                { TargetGroupArn: { Ref: 'Blue' }, Weight: blue },
                { TargetGroupArn: { Ref: 'Green' }, Weight: green },
              ],
            },
            Type: 'forward',
          },
        ],
      },
    },
  },
});
const live = { Rule: { Blue: 0, Green: 100 } };

test('a route that changes keeps the traffic on the target group that has it', () => {
  const followed = followTraffic(rule(['/a'], 100, 0), rule(['/a', '/b'], 100, 0), live);
  // As texts: another order of keys would count as a change at the next deployment.
  expect(JSON.stringify(followed)).toBe(JSON.stringify(rule(['/a', '/b'], 0, 100)));
});

test('a rule that does not change is left as it was deployed, wherever the traffic went since', () => {
  const deployed = rule(['/a'], 0, 100);
  expect(followTraffic(deployed, rule(['/a'], 100, 0), {})).toEqual(deployed);
  expect(followTraffic(deployed, rule(['/a'], 100, 0), { Rule: { Blue: 100, Green: 0 } })).toEqual(deployed);
});

test('a new rule, and one whose groups nobody knows, are written as they are', () => {
  const wanted = rule(['/a'], 100, 0);
  expect(followTraffic({ Resources: {} }, wanted, live)).toEqual(wanted);
  expect(followTraffic(rule(['/old'], 100, 0), wanted, { Rule: {} })).toEqual(wanted);
  expect(followTraffic(rule(['/old'], 100, 0), wanted, {})).toEqual(wanted);
});

test('a rule that led to one target group keeps its traffic there when it gets a second one', () => {
  const [properties] = Object.values(rule(['/a'], 100, 0).Resources ?? {});
  const single: Template = {
    Resources: {
      Rule: {
        Type: 'AWS::ElasticLoadBalancingV2::ListenerRule',
        Properties: {
          ...properties?.Properties,
          Actions: [{ Type: 'forward', TargetGroupArn: { Ref: 'Blue' } }],
        },
      },
    },
  };
  const wanted = rule(['/a'], 100, 0);
  expect(followTraffic(single, wanted, { Rule: { Blue: 100 } })).toEqual(wanted);
  expect(followTraffic(wanted, single, live)).toEqual(single);
});
