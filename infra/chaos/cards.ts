import { placedSteps } from '../../bot/engine/playbook.ts';
import { type StepState, stepStates } from '../../bot/engine/states.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';
import { actionsOn } from '../local/teams/cardActions.ts';
import type { SeatMessage } from '../local/teams/server.ts';
import type { Evidence } from './judge.ts';
import { type CaseRow, isClosed, isStarted } from './snapshot.ts';

/** A button of a card that nobody has on record, pressed when all was calm, and what came of it. */
export interface SpareTap {
  person: string;
  card: string;
  answer: string;
  refused: boolean;
}

type Judged = Pick<Evidence, 'snapshot' | 'chats'>;

/** Every text of a card in the order in which it is read, without what keeps names from being drawn as Markdown. */
function textsOf(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(textsOf);
  if (typeof node !== 'object' || node === null) return [];
  const { text, ...rest } = node as Record<string, unknown>;
  return [...(typeof text === 'string' ? [plain(text)] : []), ...Object.values(rest).flatMap(textsOf)];
}

const plain = (text: string): string =>
  text.replace(/\\(.)/gs, '$1').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** The case that a card of a plan, a stage or a report is about, or null. */
export function caseOn({ card, from }: SeatMessage): number | null {
  if (!from.bot || card === undefined) return null;
  const named = textsOf(card).flatMap((text) => /^OFF-(\d+) · /.exec(text)?.[1] ?? []);
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
  /^(Looking at what would change|Drawing up the plan|Waits for |.*Nothing is changed (until|yet)|Under way: )/;
const stepTitles = new Map(placedSteps(offboardPerson).map(({ step }) => [step.title, step.id]));

function wrongOn(message: SeatMessage, row: CaseRow, snapshot: Judged['snapshot']): string | null {
  const texts = textsOf(message.card);
  const button = [...actionsOn(message.card ?? {})].find(({ action }) => action.type === 'Action.Execute');
  if (button !== undefined) return `the button “${String(button.action.title)}” is still there`;
  const waiting = texts.find((text) => waits.test(text));
  if (waiting !== undefined) return `it says “${waiting}”`;
  if (!texts.some((text) => / · stage \d of \d$/.test(text))) return null;
  for (const [index, text] of texts.entries()) {
    const step = snapshot.case_steps.find(
      ({ case_id, step_id }) => case_id === row.id && step_id === stepTitles.get(text),
    );
    if (step === undefined) continue;
    const words = stepStates[step.state as StepState].words;
    const said = texts[index + 1] ?? '';
    if (!said.startsWith(words) && !(step.state === 'awaiting-confirmation' && said.startsWith('waits for')))
      return `“${text}” is ${step.state}, and the card says “${said}”`;
  }
  return null;
}

/** Whoever asked, and whoever was asked to approve, hears how it ended. */
export function unsentReports({ snapshot, chats }: Judged): string[] {
  const ended = snapshot.cases.filter((row) => row.state === 'finished' || (isClosed(row) && isStarted(snapshot, row)));
  return ended.flatMap((row) => {
    const told = snapshot.posts.filter(({ topic, kind }) => topic === `case/${row.id}` && kind.startsWith('approval:'));
    const people = new Set([row.requester_id, ...told.map(({ to_key }) => to_key.replace(/^user:/, ''))]);
    return [...people].flatMap((person) => {
      const messages = chats.get(person) ?? [];
      const report = messages.some(
        (message) =>
          caseOn(message) === row.id &&
          textsOf(message.card).some((text) => text.startsWith(`Type “status OFF-${row.id}”`)),
      );
      return report ? [] : [`${nameIn(chats, person)} was not told how OFF-${row.id} ended`];
    });
  });
}

/** A card that went out twice: pressing it must be taken for what it is, on both. */
export const deadSpares = (taps: readonly SpareTap[]): string[] =>
  taps.filter(({ refused }) => refused).map(({ person, card, answer }) => `${person}: ${card}: “${answer}”`);
