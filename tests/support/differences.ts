type Node = Record<string, unknown>;

/** What of one state of the tenant is otherwise in another, each with its path. */
export function differences(was: unknown, is: unknown, at = ''): string[] {
  if (JSON.stringify(was) === JSON.stringify(is)) return [];
  if (Array.isArray(was) && Array.isArray(is)) return differences(byId(was), byId(is), at);
  if (typeof was !== 'object' || typeof is !== 'object' || was === null || is === null)
    return [`${at}: ${JSON.stringify(was)} → ${JSON.stringify(is)}`];
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((key) =>
    differences((was as Node)[key], (is as Node)[key], `${at}/${key}`),
  );
}

const byId = (all: unknown[]): Node =>
  Object.fromEntries(
    all.map((one, index) => [(one as Node | null)?.id ?? (typeof one === 'object' ? index : one), one]),
  );
