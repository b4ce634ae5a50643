import { z } from 'zod';

/** What a message of ours about a case is; kept as a short text, `stage:2`. */
export type PostKind =
  | { name: 'stub' | 'plan' | 'report' | 'notice' | 'lost' | 'handed' }
  | { name: 'approval' | 'expiring'; version: number }
  | { name: 'stage'; stage: number }
  /** Calls somebody because a step failed, waits for hands or for a second approver: one more for each such time. */
  | { name: 'needs'; stage: number; count: number }
  /** Calls somebody once more who is waited for: about the plan, or about the stage. */
  | { name: 'waiting'; version: number; count: number }
  | { name: 'unconfirmed'; stage: number; count: number }
  | { name: 'reminder'; stage: number; count: number }
  /** A step came to nothing when nobody was asked about it any more. */
  | { name: 'late'; position: number };

const plain = ['stub', 'plan', 'report', 'notice', 'lost', 'handed'] as const;
const ofVersion = ['approval', 'expiring'] as const;
const counted = ['needs', 'unconfirmed', 'reminder'] as const;

/** The order in which messages of one case come in one chat, where several are to be sent. */
const order: readonly PostKind['name'][] = [
  'stub',
  'plan',
  'approval',
  'waiting',
  'expiring',
  'stage',
  'needs',
  'unconfirmed',
  'reminder',
  'report',
  'notice',
  'late',
  'lost',
  'handed',
];

const numbersOf = (kind: PostKind): number[] => [
  ...('version' in kind ? [kind.version] : []),
  ...('stage' in kind ? [kind.stage] : []),
  ...('count' in kind ? [kind.count] : []),
  ...('position' in kind ? [kind.position] : []),
];

export const postKindText = (kind: PostKind): string => [kind.name, ...numbersOf(kind)].join(':');

const number = z.coerce.number().int();

export function readPostKind(text: string): PostKind {
  const [name, ...rest] = text.split(':');
  const [first = 0, second = 0] = rest.map((one) => number.parse(one));
  const simple = plain.find((one) => one === name);
  if (simple !== undefined) return { name: simple };
  const version = ofVersion.find((one) => one === name);
  if (version !== undefined) return { name: version, version: first };
  if (name === 'stage') return { name, stage: first };
  if (name === 'late') return { name, position: first };
  if (name === 'waiting') return { name, version: first, count: second };
  const several = counted.find((one) => one === name);
  if (several !== undefined) return { name: several, stage: first, count: second };
  throw new Error(`no message is called ${text}`);
}

export function comesBefore(a: PostKind, b: PostKind): number {
  const rank = (kind: PostKind) => [order.indexOf(kind.name), ...numbersOf(kind)];
  const [x, y] = [rank(a), rank(b)];
  for (let at = 0; at < 3; at++) {
    const difference = (x[at] ?? 0) - (y[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
