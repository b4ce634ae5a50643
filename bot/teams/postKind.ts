import { z } from 'zod';

/** What a message of ours about a case is; kept as a short text, `stage:2`. */
export type PostKind =
  | { name: 'stub' | 'plan' | 'report' | 'notice' }
  | { name: 'approval'; version: number }
  | { name: 'stage'; stage: number }
  | { name: 'reminder'; stage: number; day: number };

export function postKindText(kind: PostKind): string {
  switch (kind.name) {
    case 'approval':
      return `approval:${kind.version}`;
    case 'stage':
      return `stage:${kind.stage}`;
    case 'reminder':
      return `reminder:${kind.stage}:${kind.day}`;
    default:
      return kind.name;
  }
}

const numbers = z.tuple([z.coerce.number().int(), z.coerce.number().int().default(0)]);

export function readPostKind(text: string): PostKind {
  const [name = '', ...rest] = text.split(':');
  if (name === 'stub' || name === 'plan' || name === 'report' || name === 'notice') return { name };
  const [first, second] = numbers.parse(rest.length === 1 ? [rest[0], 0] : rest);
  if (name === 'approval') return { name, version: first };
  if (name === 'stage') return { name, stage: first };
  if (name === 'reminder') return { name, stage: first, day: second };
  throw new Error(`no message is called ${text}`);
}

const order: readonly PostKind['name'][] = ['stub', 'plan', 'approval', 'stage', 'reminder', 'report', 'notice'];

/** The order in which messages of one case come in one chat. */
export function comesBefore(a: PostKind, b: PostKind): number {
  const rank = (kind: PostKind): [number, number, number] => [
    order.indexOf(kind.name),
    'stage' in kind ? kind.stage : 'version' in kind ? kind.version : 0,
    'day' in kind ? kind.day : 0,
  ];
  const [x, y] = [rank(a), rank(b)];
  return x[0] - y[0] || x[1] - y[1] || x[2] - y[2];
}
