import type { Diagnostic, Severity } from '@breakwater/plan';

/** Something that somebody should look at before a deployment. */
export interface Finding {
  /** `check/no-https`, `AwsSolutions-EC23` or a code of the definition, `BW1307`. */
  readonly id: string;
  readonly severity: Severity;
  /** A path in the definition, or that of a construct: `catalog-dev-foundation/LoadBalancer/Resource`. */
  readonly where: string;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  /** Who has found it: our rules, cdk-nag, CloudFormation's validation, or the definition's own checks. */
  readonly source: 'breakwater' | 'cdk-nag' | 'cloudformation' | 'definition';
  /** Why it may stay as it is, in words for an auditor; null while nobody has said so. */
  readonly acknowledged: string | null;
}

const ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** What nobody has acknowledged first, then by severity, id and place; a finding that comes twice is kept once. */
export function sortFindings(findings: readonly Finding[]): readonly Finding[] {
  const distinct = new Map(findings.map((each) => [`${each.id}\n${each.where}\n${each.what}`, each]));
  return [...distinct.values()].sort(
    (a, b) =>
      Number(a.acknowledged !== null) - Number(b.acknowledged !== null) ||
      ORDER[a.severity] - ORDER[b.severity] ||
      compare(a.id, b.id) ||
      compare(a.where, b.where) ||
      compare(a.what, b.what),
  );
}

/** Whether a deployment should be refused: an error that nobody has acknowledged. */
export function isBlocking({ severity, acknowledged }: Finding): boolean {
  return severity === 'error' && acknowledged === null;
}

/** What the definition's own checks have found, in the same form. */
export function findingOf({ code, severity, path, message, fix }: Diagnostic, cause: string): Finding {
  return {
    id: code,
    severity,
    where: path,
    what: message,
    why: cause,
    fix,
    source: 'definition',
    acknowledged: null,
  };
}
