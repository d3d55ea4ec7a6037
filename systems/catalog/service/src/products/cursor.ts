/** Greatest product id that a JSON number carries exactly. */
export const maxId = Number.MAX_SAFE_INTEGER;

/** The opaque cursor that stands for "after the product with this id". */
export function encodeCursor(lastId: string): string {
  return Buffer.from(`after:${lastId}`).toString('base64url');
}

/** @returns the id the cursor stands for, `undefined` for one that `encodeCursor` did not make */
export function decodeCursor(cursor: string): string | undefined {
  const id = /^after:([1-9]\d{0,15})$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  return id !== undefined && Number(id) <= maxId && encodeCursor(id) === cursor ? id : undefined;
}
