import { wentThrough } from '../local/teams/answers.ts';
import type { ActionExecute, SeatMessage } from '../local/teams/types.ts';
import { type Json, type Person, people, type World } from './world.ts';

/** A button as it stands on somebody's card. */
export interface Button {
  message: Pick<SeatMessage, 'id' | 'conversationId'>;
  action: ActionExecute & { data: Json };
}

function buttonsIn(node: unknown): ActionExecute[] {
  if (Array.isArray(node)) return node.flatMap(buttonsIn);
  if (typeof node !== 'object' || node === null) return [];
  const one = node as Json;
  if (one.type === 'Action.Execute') return [one as ActionExecute];
  return Object.entries(one).flatMap(([name, value]) => (name === 'refresh' ? [] : buttonsIn(value)));
}

/** Waits until somebody has such a button before their eyes. */
export async function buttonOf(
  world: World,
  person: Person,
  verb: string,
  is: (data: Json) => boolean = () => true,
): Promise<Button> {
  const find = ({ card }: SeatMessage) =>
    buttonsIn(card).find((one) => one.verb === verb && is((one.data ?? {}) as Json));
  const message = await world.teams.waitFor(people[person], (one) => find(one) !== undefined, 20_000);
  const action = find(message);
  if (action === undefined) throw new Error(`The card has lost its button ${verb}`);
  return { message, action: { ...action, data: (action.data ?? {}) as Json } };
}

/** The same button with something else in it. */
export const changed = ({ message, action }: Button, data: Json, verb = action.verb ?? ''): Button => ({
  message,
  action: { ...action, verb, data: { ...action.data, ...data } },
});

export interface Outcome {
  refused: boolean;
  says: string;
}

/** The tap as Teams would deliver it. */
export function tapOf(world: World, person: Person, { message, action }: Button): Json {
  const { id, displayName } = world.user(person);
  return world.activity({
    type: 'invoke',
    name: 'adaptiveCard/action',
    text: undefined,
    from: { id: `29:${person}`, name: displayName, aadObjectId: id },
    conversation: {
      id: message.conversationId,
      conversationType: 'personal',
      tenantId: world.tenant.data.signoff.tenantId,
    },
    replyToId: message.id,
    value: { action, trigger: 'manual' },
  });
}

export async function tap(world: World, person: Person, button: Button): Promise<Outcome> {
  return outcomeOf(await world.deliver(tapOf(world, person, button)));
}

export function outcomeOf({ status, text }: { status: number; text: string }): Outcome {
  if (status !== 200) return { refused: true, says: `HTTP ${status}` };
  const { type, value } = JSON.parse(text) as { type: string; value: { message?: string } | string };
  if (type === 'application/vnd.microsoft.card.adaptive') return { refused: false, says: 'a card' };
  const says = typeof value === 'string' ? value : (value.message ?? '');
  // Whoever is asked whether they are sure was not refused.
  return { refused: !wentThrough(says) && says !== 'Shown below.', says };
}

/** Presses as a person may, and expects it to work. */
export async function press(world: World, person: Person, button: Button): Promise<void> {
  const { refused, says } = await tap(world, person, button);
  if (refused) throw new Error(`${person} could not ${button.action.verb}: ${says}`);
}

/** All that the record says about a case, for comparing. */
export async function recordOf(world: World, name: string): Promise<string> {
  const { card, text } = await world.ask('admin', `status ${name}`);
  return JSON.stringify([card, text]);
}
