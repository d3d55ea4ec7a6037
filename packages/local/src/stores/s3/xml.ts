import { XMLBuilder, XMLParser, XMLValidator } from 'fast-xml-parser';
import { S3Error } from './errors.ts';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';
const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@' });
const parser = new XMLParser({
  // Keys and parts are text, also where they look like numbers; blanks in a key belong to it.
  parseTagValue: false,
  trimValues: false,
  isArray: (name) => name === 'Object' || name === 'Part',
});

/** An answer: one element with S3's namespace. Undefined fields are left out. */
export function toXml(root: string, fields: Readonly<Record<string, unknown>>): string {
  return HEAD + builder.build({ [root]: { '@xmlns': NAMESPACE, ...fields } });
}

/** An error has no namespace. */
export function errorXml({ code, message, details }: S3Error, requestId: string): string {
  const fields = { Code: code, Message: message, ...details, RequestId: requestId, HostId: requestId };
  return HEAD + builder.build({ Error: fields });
}

/** The element `root` of a request's body. @throws S3Error MalformedXML */
export function fromXml(text: string, root: string): Readonly<Record<string, unknown>> {
  const malformed = (): S3Error =>
    new S3Error(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
    );
  if (XMLValidator.validate(text) !== true) throw malformed();
  const parsed: unknown = parser.parse(text);
  if (!isRecord(parsed)) throw malformed();
  const element = parsed[root];
  if (!isRecord(element)) throw malformed();
  return element;
}

/** The elements of a list within an element. */
export function listIn(
  element: Readonly<Record<string, unknown>>,
  name: string,
): readonly Readonly<Record<string, unknown>>[] {
  const value = element[name];
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
