import { placedSteps } from '../../bot/engine/playbook.ts';
import { type StepState, stepStates } from '../../bot/engine/states.ts';
import type { Step } from '../../bot/engine/step.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';
import { removePartner } from '../../bot/playbooks/removePartner.ts';
import { actionsOn } from '../local/teams/cardActions.ts';
import type { SeatMessage } from '../local/teams/server.ts';
import type { Evidence } from './judge.ts';
import { type CaseRow, isClosed, isStarted, type StepRow } from './snapshot.ts';

/** A button of a card that nobody has on record, pressed when all was calm, and what came of it. */
export interface SpareTap {
  person: string;
  card: string;
  answer: string;
  refused: boolean;
}

type Judged = Pick<Evidence, 'snapshot' | 'chats'>;

/** Every text of a card in the order in which it is read. */
function textsOf(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(textsOf);
  if (typeof node !== 'object' || node === null) return [];
  const { text, ...rest } = node as Record<string, unknown>;
  return [...(typeof text === 'string' ? [text] : []), ...Object.values(rest).flatMap(textsOf)];
}

/** The case that a card of a plan, its progress, a stage or a report is about, or null. */
export function caseOn({ card, from }: SeatMessage): number | null {
  if (!from.bot || card === undefined) return null;
  const named = textsOf(card).flatMap((text) => /^(?:OFF|PRT)-(\d+) · /.exec(text)?.[1] ?? []);
  return named[0] === undefined ? null : Number(named[0]);
}

export const isOnRecord = ({ snapshot }: Pick<Evidence, 'snapshot'>, { id, conversationId }: SeatMessage): boolean =>
  snapshot.posts.some((post) => post.activity_id === id && post.conversation_id === conversationId);

/** At the end every card tells the end. */
export function staleCards({ snapshot, chats }: Judged): string[] {
  return [...chats.entries()].flatMap(([owner, messages]) =>
    messages.flatMap((message) => {
      const row = snapshot.cases.find(({ id }) => id === caseOn(message));
      // Of a spare it is asked only that its buttons do what they can.
      if (row === undefined || !isClosed(row) || !isOnRecord({ snapshot }, message)) return [];
      const wrong = wrongOn(message, row, snapshot);
      return wrong === null ? [] : [`${nameIn(chats, owner)} has a card of OFF-${row.id} (${row.state}): ${wrong}`];
    }),
  );
}

const nameIn = (chats: Judged['chats'], owner: string): string =>
  chats.get(owner)?.find(({ from }) => !from.bot)?.from.name ?? owner;

const waits =
  /^(Looking at what would change|Drawing up the plan|Waits for |.*Nothing is changed (until|yet)|([A-Z][a-z ]+: )?(Under way: |\d+ steps? (waits?|to be done by hand)))|” comes next\.$/;
const everyStep = [...placedSteps<Step>(offboardPerson), ...placedSteps<Step>(removePartner)];
/** A stage that is called as its step has a count in its row. */
const stageTitles = [...offboardPerson.stages, ...removePartner.stages].map(({ title }) => title);
const stepTitles = new Map(
  everyStep.filter(({ step }) => !stageTitles.includes(step.title)).map(({ step }) => [step.title, step.id]),
);

function wrongOn(message: SeatMessage, row: CaseRow, snapshot: Judged['snapshot']): string | null {
  const texts = textsOf(message.card);
  const button = [...actionsOn(message.card ?? {})].find(
    // What only shows the case is good for ever.
    ({ action }) => action.type === 'Action.Execute' && action.verb !== 'status' && action.verb !== 'changes',
  );
  if (button !== undefined) return `the button “${String(button.action.title)}” is still there`;
  const waiting = texts.find((text) => waits.test(text));
  if (waiting !== undefined) return `it says “${waiting}”`;
  for (const { title, said } of statesOn(message.card)) {
    const step = snapshot.case_steps.find(
      ({ case_id, step_id }) => case_id === row.id && step_id === stepTitles.get(title),
    );
    if (step !== undefined && !endOf(step).includes(said))
      return `“${title}” is ${step.state}, and the card says “${said}”`;
  }
  return null;
}

/** Each step in a row with its state at the end of it: on progress, on a stage and in the proof. */
function statesOn(node: unknown): { title: string; said: string }[] {
  if (Array.isArray(node)) return node.flatMap(statesOn);
  if (typeof node !== 'object' || node === null) return [];
  const { type, columns, ...rest } = node as { type?: unknown; columns?: unknown };
  if (type !== 'ColumnSet' || !Array.isArray(columns)) return Object.values({ columns, ...rest }).flatMap(statesOn);
  const [, title = '', said = ''] = columns.map((column) => textsOf(column)[0] ?? '');
  return columns.length === 3 && stepTitles.has(title)
    ? [{ title, said: said.replace(/ ▾$/, '') }]
    : columns.flatMap(statesOn);
}

/** What may be read of a step in a case that is over: nothing is waited for any more. */
function endOf({ state }: StepRow): string[] {
  const { words, settled } = stepStates[state as StepState] as { words: string; settled?: true };
  return settled || state === 'verifying' || state === 'failed' ? [words] : ['not done', 'begun, not proved'];
}

/** Whoever asked, and whoever was asked to approve, hears how it ended. */
export function unsentReports({ snapshot, chats }: Judged): string[] {
  const ended = snapshot.cases.filter((row) => row.state === 'finished' || (isClosed(row) && isStarted(snapshot, row)));
  return ended.flatMap((row) => {
    const told = snapshot.posts.filter(({ topic, kind }) => topic === `case/${row.id}` && kind.startsWith('approval:'));
    const people = new Set([row.requester_id, ...told.map(({ to_key }) => to_key.replace(/^user:/, ''))]);
    return [...people].flatMap((person) => {
      const messages = chats.get(person) ?? [];
      const report = messages.some((message) => caseOn(message) === row.id && textsOf(message.card).includes('Proof'));
      return report ? [] : [`${nameIn(chats, person)} was not told how OFF-${row.id} ended`];
    });
  });
}

/** A card that went out twice: pressing it must be taken for what it is, on both. */
export const deadSpares = (taps: readonly SpareTap[]): string[] =>
  taps.filter(({ refused }) => refused).map(({ person, card, answer }) => `${person}: ${card}: “${answer}”`);
