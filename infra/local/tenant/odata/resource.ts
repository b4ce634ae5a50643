/** A Graph object with every property that it could show; `$select` or the default set decides which it does show. */
export type Resource = { readonly id: string } & Record<string, unknown>;

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Follows a property path; `$count` at its end counts a collection. */
export function valueAt(start: unknown, path: readonly string[]): unknown {
  let value = start;
  for (const name of path) {
    if (name === '$count') value = Array.isArray(value) ? value.length : 0;
    else value = isRecord(value) ? ownValue(value, name) : undefined;
  }
  return value;
}

/** Graph's property names are not case sensitive in query options. */
export function ownValue(record: Record<string, unknown>, name: string): unknown {
  if (name in record) return record[name];
  const key = Object.keys(record).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : record[key];
}
