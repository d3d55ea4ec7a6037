// Source and date: `SOURCES.names` in source.ts.

/** What a kind of resource accepts as a name. */
export interface NameRule {
  readonly minimum: number;
  readonly maximum: number;
  /** The whole name. */
  readonly pattern: RegExp;
  /** Characters that are replaced by a hyphen. */
  readonly foreign: RegExp;
  readonly lowercase: boolean;
  /** The rule in words. */
  readonly rule: string;
}

const dashed = (
  maximum: number,
  rule = 'letters, digits and hyphens, no hyphen at either end',
): NameRule => ({
  minimum: 1,
  maximum,
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/,
  foreign: /[^A-Za-z0-9-]+/g,
  lowercase: false,
  rule,
});

const worded = (maximum: number): NameRule => ({
  minimum: 1,
  maximum,
  pattern: /^[A-Za-z0-9][A-Za-z0-9_-]*$/,
  foreign: /[^A-Za-z0-9_-]+/g,
  lowercase: false,
  rule: 'letters, digits, hyphens and underscores',
});

const database = (maximum: number): NameRule => ({
  minimum: 1,
  maximum,
  pattern: /^[a-z](?:-?[a-z0-9])*$/,
  foreign: /[^A-Za-z0-9-]+/g,
  lowercase: true,
  rule: 'a lower-case letter first, then lower-case letters, digits and single hyphens, no hyphen at the end',
});

/** Limits of every kind of name in the plan. */
export const NAME_RULES = {
  'load-balancer': {
    ...dashed(32, 'letters, digits and hyphens, no hyphen at either end, not starting with internal-'),
    pattern: /^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/,
  },
  'target-group': dashed(32),
  cluster: worded(255),
  service: worded(255),
  'task-family': worded(255),
  container: worded(255),
  'port-mapping': {
    minimum: 1,
    maximum: 64,
    pattern: /^[a-z0-9_][a-z0-9_-]*$/,
    foreign: /[^a-z0-9_-]+/g,
    lowercase: true,
    rule: 'lower-case letters, digits, hyphens and underscores, not starting with a hyphen',
  },
  'dns-name': {
    minimum: 1,
    maximum: 127,
    pattern: /^[a-z0-9_.][a-z0-9_.-]*$/,
    foreign: /[^a-z0-9_.-]+/g,
    lowercase: true,
    rule: 'lower-case letters, digits, dots, hyphens and underscores, not starting with a hyphen',
  },
  namespace: {
    minimum: 1,
    maximum: 253,
    pattern: /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/,
    foreign: /[^a-z0-9.-]+/g,
    lowercase: true,
    rule: 'a DNS name: labels of lower-case letters, digits and hyphens, up to 63 characters each',
  },
  'log-group': {
    minimum: 1,
    maximum: 512,
    pattern: /^(?!aws\/)[A-Za-z0-9_./#-]+$/,
    foreign: /[^A-Za-z0-9_./#-]+/g,
    lowercase: false,
    rule: 'letters, digits and _ . / # -, not starting with aws/',
  },
  database: database(63),
  'database-group': database(255),
  repository: {
    minimum: 2,
    maximum: 256,
    pattern: /^[a-z][a-z0-9]*(?:[._/-][a-z0-9]+)*$/,
    foreign: /[^A-Za-z0-9._/-]+/g,
    lowercase: true,
    rule: 'a lower-case letter first, then lower-case letters and digits joined by single . _ - or /',
  },
  secret: {
    minimum: 1,
    maximum: 512,
    // AWS appends a hyphen and six characters to every ARN; a name that ends like that is ambiguous in a partial ARN.
    pattern: /^[A-Za-z0-9/_+=.@-]+$/,
    foreign: /[^A-Za-z0-9/_+=.@-]+/g,
    lowercase: false,
    rule: 'letters, digits and / _ + = . @ -',
  },
  table: {
    minimum: 3,
    maximum: 255,
    pattern: /^[A-Za-z0-9_.-]+$/,
    foreign: /[^A-Za-z0-9_.-]+/g,
    lowercase: false,
    rule: 'letters, digits and _ . -',
  },
  bucket: {
    minimum: 3,
    maximum: 63,
    pattern: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])$/,
    foreign: /[^A-Za-z0-9-]+/g,
    lowercase: true,
    rule: 'lower-case letters, digits and hyphens, a letter or digit at both ends; unique in all of AWS',
  },
  role: {
    minimum: 1,
    maximum: 64,
    pattern: /^[A-Za-z0-9+=,.@_-]+$/,
    foreign: /[^A-Za-z0-9+=,.@_-]+/g,
    lowercase: false,
    rule: 'letters, digits and + = , . @ _ -',
  },
  alarm: { ...worded(255), rule: 'letters, digits, hyphens and underscores' },
  dashboard: worded(255),
  'security-group': {
    ...dashed(255),
    pattern: /^(?!sg-)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?$/,
    rule: 'letters, digits and hyphens, not starting with sg-',
  },
  'key-alias': {
    minimum: 7,
    maximum: 256,
    pattern: /^alias\/(?!aws\/)[A-Za-z0-9/_-]+$/,
    foreign: /[^A-Za-z0-9/_-]+/g,
    lowercase: false,
    rule: 'alias/ and letters, digits and / _ -, not alias/aws/',
  },
  topic: worded(256),
  'scaling-policy': worded(256),
  /** Name tag of a resource that has no name of its own: VPC, subnet, route table, gateway. */
  tag: { ...dashed(256), rule: 'letters, digits and hyphens' },
} as const satisfies Record<string, NameRule>;

/** Kinds of names that the plan gives. */
export type NameKind = keyof typeof NAME_RULES;

/** The suffix that keeps environments apart; short, because every name carries it. */
export const ENVIRONMENT_SUFFIX = {
  minimum: 1,
  maximum: 16,
  pattern: /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,15}$/,
  rule: '1 to 16 characters: a lower-case letter first, then lower-case letters, digits and single hyphens, no hyphen at the end',
} as const;

/** Name of a system, service, store or environment in the definition. */
export const DEFINITION_NAME = {
  maximum: 40,
  pattern: /^[a-z](?:[a-z0-9]|-(?=[a-z0-9])){0,39}$/,
  rule: '1 to 40 characters: a lower-case letter first, then lower-case letters, digits and single hyphens, no hyphen at the end',
} as const;

/** Tags of a resource. */
export const TAGS = { maximum: 50, key: 128, value: 256 } as const;
