import type { StackPart } from './stacks.ts';
import type { RemovalPlan } from './stores.ts';

export interface LogGroupPlan {
  readonly key: string;
  /** The part of the system that it stands in. */
  readonly part: StackPart;
  readonly name: string;
  readonly retentionDays: number;
  readonly encryptionKey: string | null;
  readonly removal: RemovalPlan;
}

/** A dimension's value: plain, or the name of something that a target creates. */
export type DimensionValue =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'load-balancer' }
  | { readonly kind: 'target-group'; readonly service: string; readonly targetGroup: 'blue' | 'green' };

export interface MetricPlan {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, DimensionValue>>;
  readonly statistic: 'Average' | 'Sum' | 'Minimum' | 'Maximum' | 'SampleCount' | `p${number}`;
  readonly periodSeconds: number;
  readonly label: string;
}

export interface AlarmPlan {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  /** Service that it watches; null for the load balancer or a database. */
  readonly service: string | null;
  readonly metric: MetricPlan;
  readonly comparison:
    | 'GreaterThanThreshold'
    | 'GreaterThanOrEqualToThreshold'
    | 'LessThanThreshold'
    | 'LessThanOrEqualToThreshold';
  readonly threshold: number;
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly treatMissingData: 'missing' | 'notBreaching' | 'breaching' | 'ignore';
  /** Whether it notifies the topic. */
  readonly notifies: boolean;
}

export interface TopicPlan {
  readonly key: string;
  readonly name: string;
  readonly subscribers: readonly {
    readonly protocol: 'email' | 'https' | 'sms';
    readonly endpoint: string;
  }[];
  readonly encryptionKey: string | null;
  readonly enforceTls: true;
}

export interface WidgetPlan {
  readonly title: string;
  readonly kind: 'line' | 'number';
  readonly left: readonly MetricPlan[];
  readonly right: readonly MetricPlan[];
  /** Its left column, of the 24 that a dashboard has, and its upper row. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface DashboardPlan {
  readonly name: string;
  /** Where it is in CloudWatch's console. */
  readonly url: string;
  readonly widgets: readonly WidgetPlan[];
}
