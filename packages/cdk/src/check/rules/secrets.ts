import { allTexts, at, fields, list, literalText } from '../json.ts';
import type { Rule } from '../rule.ts';

/** Forms that credentials have wherever they stand. */
const FORMS: readonly { readonly pattern: RegExp; readonly kind: string }[] = [
  { pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/, kind: 'an AWS access key' },
  { pattern: /-----BEGIN [A-Z ]*PRIVATE KEY-----/, kind: 'a private key' },
  { pattern: /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:[^\s/@]+@/i, kind: 'a URL with a password' },
  { pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{60,})\b/, kind: 'a GitHub token' },
  { pattern: /\b(?:sk|rk)_live_[A-Za-z0-9]{16,}\b/, kind: 'a Stripe key' },
  { pattern: /\bxox[abprs]-[A-Za-z0-9-]{10,}\b/, kind: 'a Slack token' },
  { pattern: /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}\b/, kind: 'a signed token (JWT)' },
];

/** Bits per character by Shannon. Words have about 3, base64 of chance about 5, hexadecimal of chance nearly 4. */
export function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  return -[...counts.values()].reduce((sum, count) => {
    const share = count / text.length;
    return sum + share * Math.log2(share);
  }, 0);
}

/** What a value seems to be, when it seems to be a secret. */
export function secretKind(value: string): string | null {
  const form = FORMS.find(({ pattern }) => pattern.test(value));
  if (form !== undefined) return form.kind;
  const one = /^[A-Za-z0-9+/_=-]{20,}$/.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value);
  const hexadecimal = /^[0-9a-f]{32,}$/i.test(value);
  // Names of resources are words joined by hyphens and slashes: their parts are short.
  const longest = Math.max(...value.split(/[-/_]/).map((part) => part.length));
  if (!one || longest < 16) return null;
  return entropy(value) >= (hexadecimal ? 3 : 4) ? 'a value drawn by chance' : null;
}

const DYNAMIC = /\{\{resolve:(?:secretsmanager|ssm-secure):/;

/** Rules about credentials in places where they can be read. */
export const SECRET_RULES: readonly Rule[] = [
  {
    id: 'check/plain-secret',
    severity: 'error',
    title: 'Credentials in plain sight',
    why: 'Variables of a task definition can be read in the console, in every template and by everyone who may describe it.',
    fix: "Put it into Secrets Manager and name it under 'stores' and the service's 'uses'.",
    find: ({ plan, of, place }) => {
      const planned = Object.values(plan.services).flatMap(({ key, environment }) =>
        Object.entries(environment).flatMap(([name, value]) => {
          const kind = value.kind === 'literal' ? secretKind(value.value) : null;
          return kind === null
            ? []
            : [{ name, where: place(`services.${key}.environment.${name}`), what: `${name} holds ${kind}.` }];
        }),
      );
      const known = new Set(planned.map(({ name }) => name));
      const templated = of('AWS::ECS::TaskDefinition').flatMap(({ path, properties }) =>
        list(properties['ContainerDefinitions']).flatMap((container) =>
          list(at(container, 'Environment')).flatMap((variable) => {
            const name = String(at(variable, 'Name'));
            const value = literalText(at(variable, 'Value')) ?? '';
            const kind = known.has(name)
              ? null
              : DYNAMIC.test(value)
                ? 'a resolved secret'
                : secretKind(value);
            return kind === null ? [] : [{ where: path, what: `${name} holds ${kind}.` }];
          }),
        ),
      );
      return [...planned.map(({ where, what }) => ({ where, what })), ...templated];
    },
  },
  {
    id: 'check/secret-in-output',
    severity: 'error',
    title: 'Secret in an output',
    why: 'Outputs are shown in the console and written to files.',
    fix: 'Give the name or ARN of the secret, and let whoever may read it do so.',
    find: ({ templates }) =>
      templates.flatMap(({ stack, template }) =>
        Object.entries(fields(at(template, 'Outputs'))).flatMap(([name, output]) =>
          allTexts(at(output, 'Value')).some((text) => DYNAMIC.test(text))
            ? [{ where: `${stack}/${name}`, what: `The output ${name} resolves a secret.` }]
            : [],
        ),
      ),
  },
];
