import { configure } from 'safe-stable-stringify';

const stringify = configure({ circularValue: Error, bigint: false });

/** JSON with sorted keys: the same data always gives the same text, so that it can be hashed and compared. */
export function canonicalJson(value: unknown): string {
  return stringify(value) ?? 'null';
}
