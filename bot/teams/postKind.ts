import { z } from 'zod';

/** What a message of ours about a case is; kept as a short text, `stage:4:2`. Each new version of the plan has messages of its own. */
export type PostKind =
  | { name: 'stub' | 'plan' | 'apartOfSubject' | 'apartOfGuests' | 'handed' }
  | { name: 'approval' | 'expiring' | 'report' | 'notice'; version: number }
  | { name: 'stage'; version: number; stage: number }
  /** Calls somebody because a step failed, waits for hands or for a second approver: `at` is when, in seconds. */
  | { name: 'needs'; version: number; stage: number; at: number }
  /** Calls somebody once more who is waited for, about the plan or about the stage; `at` in seconds. */
  | { name: 'waiting'; version: number; at: number }
  | { name: 'unconfirmed'; version: number; stage: number; at: number }
  /** Calls whoever asked to their draft: it came back, or lies. From then on it is their plan’s card. */
  | { name: 'again'; at: number }
  /** The same about what is to be done by hand. */
  | { name: 'reminder'; version: number; stage: number; at: number }
  /** A step came to nothing when nobody was asked about it any more. */
  | { name: 'late'; position: number };

const plain = ['stub', 'plan', 'apartOfSubject', 'apartOfGuests', 'handed'] as const;
const ofVersion = ['approval', 'expiring', 'report', 'notice'] as const;

/** The order in which messages of one case come in one chat, where several are to be sent. */
const order: readonly PostKind['name'][] = [
  'stub',
  'plan',
  'again',
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
  'apartOfSubject',
  'apartOfGuests',
  'handed',
];

const numbersOf = (kind: PostKind): number[] => [
  ...('version' in kind ? [kind.version] : []),
  ...('stage' in kind ? [kind.stage] : []),
  ...('at' in kind ? [kind.at] : []),
  ...('position' in kind ? [kind.position] : []),
];

export const postKindText = (kind: PostKind): string => [kind.name, ...numbersOf(kind)].join(':');

const number = z.coerce.number().int();

export function readPostKind(text: string): PostKind {
  const [name, ...rest] = text.split(':');
  const [version = 0, second = 0, third = 0] = rest.map((one) => number.parse(one));
  const simple = plain.find((one) => one === name);
  if (simple !== undefined) return { name: simple };
  const once = ofVersion.find((one) => one === name);
  if (once !== undefined) return { name: once, version };
  switch (name) {
    case 'stage':
      return { name, version, stage: second };
    case 'late':
      return { name, position: version };
    case 'again':
      return { name, at: version };
    case 'waiting':
      return { name, version, at: second };
    case 'needs':
    case 'unconfirmed':
    case 'reminder':
      return { name, version, stage: second, at: third };
    default:
      throw new Error(`no message is called ${text}`);
  }
}

export function comesBefore(a: PostKind, b: PostKind): number {
  const rank = (kind: PostKind) => [order.indexOf(kind.name), ...numbersOf(kind)];
  const [x, y] = [rank(a), rank(b)];
  for (let at = 0; at < 4; at++) {
    const difference = (x[at] ?? 0) - (y[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
