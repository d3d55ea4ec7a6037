import { randomBytes } from 'node:crypto';

/** A new task's id: 32 hexadecimal digits, as in ECS. */
export function createTaskId(): string {
  return randomBytes(16).toString('hex');
}

/** Where a task would be in AWS. */
export interface TaskAddress {
  readonly region: string;
  /** 12 digits. */
  readonly account: string;
  readonly cluster: string;
  readonly id: string;
}

/** `arn:aws:ecs:<region>:<account>:task/<cluster>/<id>` */
export function taskArn({ region, account, cluster, id }: TaskAddress): string {
  return `arn:aws:ecs:${region}:${account}:task/${cluster}/${id}`;
}
