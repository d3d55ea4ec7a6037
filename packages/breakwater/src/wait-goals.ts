/** What `breakwater wait` can wait for. */
export const WAIT_GOAL_NAMES = ['ready', 'healthy', 'deployment'] as const;

/** One of them. */
export type WaitGoal = (typeof WAIT_GOAL_NAMES)[number];
