import type { Card } from '../cards/card.ts';
import { shorten } from '../cards/stepLines.ts';
import { cleanText } from '../cards/text.ts';
import type { Actor } from '../cases/actor.ts';
import { inWords } from '../clock.ts';
import type { Member } from './channelReaders.ts';

/** Each stands on the card three times. */
const longestName = 60;
interface Reached {
  mentioned: number;
  /** For whom Teams draws their own view by itself. */
  refreshed: number;
}
/** Nobody reads more names, and Teams refreshes for no more. A long card has less room: whoever is left out taps *Open my view*. */
const most: readonly Reached[] = [
  { mentioned: 20, refreshed: 60 },
  { mentioned: 20, refreshed: 20 },
  { mentioned: 10, refreshed: 10 },
  { mentioned: 5, refreshed: 0 },
];
/** Of the 40,000 that Teams takes for certain; the rest is for what goes around the card. */
const mostCharacters = 38_000;

interface Called {
  caseId: number;
  /** Who must act now; those who are in the team are mentioned, which rings. */
  names: readonly Actor[];
  members: readonly Member[];
}

/** A card that many read: each sees by a tap, and mostly by themselves, what they may do; nobody’s buttons are on it. */
export function inChannel(card: Card, called: Called): Card {
  let drawn = card;
  for (const reached of most) {
    drawn = calling(card, called, reached);
    if (JSON.stringify(drawn.content).length <= mostCharacters) return drawn;
  }
  return drawn;
}

function calling({ content, summary }: Card, { caseId, names, members }: Called, reached: Reached): Card {
  const here = new Map(members.flatMap((member) => (member.id === null ? [] : [[member.id, member] as const])));
  const called = names.map((one) => ({ ...one, label: labelOf(one, names, here), member: here.get(one.id) }));
  const mentioned = called.filter(({ member }) => member !== undefined).slice(0, reached.mentioned);
  const said = called
    .filter((one) => one.member === undefined || mentioned.includes(one))
    .slice(0, reached.mentioned)
    .map((one) => (one.member === undefined ? one.label : `<at>${one.label}</at>`));
  const more = called.length - said.length;
  const call = {
    type: 'TextBlock',
    text: `Waits for ${said.join(', ')}${more > 0 ? ` and ${more} more` : ''}`,
    wrap: true,
    size: 'Small',
  };
  const view = { type: 'Action.Execute', verb: 'view', data: { case: caseId } };
  const ids = called.flatMap(({ member }) => member?.teamsId ?? []).slice(0, reached.refreshed);
  const { body, actions, msteams, ...card } = content as { body: unknown[]; actions?: unknown[]; msteams?: object };
  return readByMany({
    summary,
    content: {
      ...card,
      body: [...body, ...(said.length > 0 ? [call] : [])],
      actions: [...(actions ?? []), { ...view, title: 'Open my view' }],
      msteams: {
        ...msteams,
        entities: mentioned.map(({ label, member }) => ({
          type: 'mention',
          text: `<at>${label}</at>`,
          mentioned: { id: member?.id, name: label },
        })),
      },
      ...(ids.length > 0 && { refresh: { action: view, userIds: ids } }),
    },
  });
}

/** Each mention is found by its text, so that two people of one name need more; and what is in it is taken for Markdown. */
function labelOf({ id, name }: Actor, all: readonly Actor[], here: ReadonlyMap<string, Member>): string {
  const label = brief(name) || 'An approver';
  if (all.every((one) => one.id === id || brief(one.name) !== brief(name))) return label;
  const address = brief(here.get(id)?.address ?? '');
  return `${label} (${address || id.slice(0, 8)})`;
}

const brief = (text: string): string =>
  shorten(
    cleanText(text)
      .replace(/[<>*_[\]\\`~|&{}#]/g, '')
      .trim(),
    longestName,
  );

const moment = /\{\{DATE\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ), SHORT\)\}\} \{\{TIME\(\1\)\}\}/g;

/**
 * With a mention on it, Teams for iOS writes no moment in the reader’s own time (msteams-docs #5480, AdaptiveCards #6458): for many readers they are written out.
 */
export const readByMany = ({ content, summary }: Card): Card => ({
  summary,
  content: writtenOut(content) as Card['content'],
});

function writtenOut(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(moment, (_all, at: string) => inWords(at));
  if (Array.isArray(value)) return value.map(writtenOut);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, writtenOut(one)]));
}
