import type { Finding } from './finding.ts';

/** A finding that the owner of a system leaves as it is. */
export interface AcknowledgedFinding {
  /** Its id, `check/no-https` or `AwsSolutions-IAM5`, with or without what stands in brackets after it. */
  readonly rule: string;
  /**
   * Where: its place or what that stands in, as `check` shows it: `services.api`, `shop-prod-foundation/LoadBalancer`.
   * `*` stands for any characters. Default: everywhere.
   */
  readonly where?: string;
  /** For somebody who audits the account. */
  readonly reason: string;
}

/** The same findings; those that somebody acknowledges have the reason. What is acknowledged already keeps its own. */
export function acknowledge(
  findings: readonly Finding[],
  acknowledgements: readonly AcknowledgedFinding[],
): readonly Finding[] {
  return findings.map((finding) => {
    if (finding.acknowledged !== null) return finding;
    const reason = acknowledgements.find((each) => covers(each, finding))?.reason ?? null;
    return { ...finding, acknowledged: reason };
  });
}

function covers({ rule, where }: AcknowledgedFinding, finding: Finding): boolean {
  if (rule !== finding.id && rule !== finding.id.replace(/\[.*\]$/s, '')) return false;
  if (where === undefined) return true;
  const source = where
    .split('*')
    .map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'))
    .join('.*');
  return new RegExp(`^${source}(?:[./].*)?$`, 's').test(finding.where);
}
