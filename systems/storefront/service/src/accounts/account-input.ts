import { badField } from '../http/problem.ts';
import { checkText } from '../http/text.ts';

/** Who wants to sign in. */
export interface Credentials {
  /** In lower case. */
  readonly email: string;
  readonly password: string;
}

/** Who wants to sign up. */
export interface NewAccount extends Credentials {
  readonly name: string;
}

const passwordLength = { min: 10, max: 200 };

/** https://www.rfc-editor.org/errata/eid1690 */
const emailLength = 254;

/** @throws Problem 400 with the first field that breaks its rule */
export function parseCredentials(body: Readonly<Record<string, unknown>>): Credentials {
  const { email, password } = body;
  if (typeof password !== 'string' || password === '' || password.length > passwordLength.max)
    throw badField('password', `password must be text of 1 to ${passwordLength.max} characters.`);
  return { email: parseEmail(email), password };
}

/** @throws Problem 400 with the first field that breaks its rule */
export function parseNewAccount(body: Readonly<Record<string, unknown>>): NewAccount {
  const { email, password } = parseCredentials(body);
  const name = checkText('name', body['name'], 100);
  if ([...password].length < passwordLength.min)
    throw badField('password', `password must have at least ${passwordLength.min} characters.`);
  return { email, password, name };
}

function parseEmail(value: unknown): string {
  // Some letters are two in lower case: its length is that of what is stored.
  const email = checkText('email', checkText('email', value, emailLength).toLowerCase(), emailLength);
  // Whether it exists, only a message to it can tell.
  if (!/^[^\s@<>"`]+@[^\s@<>"'`]+\.[^\s@<>"'`.]+$/.test(email))
    throw badField('email', 'email must be an address such as name@example.com.');
  return email;
}
