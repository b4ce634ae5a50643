import assert from 'node:assert/strict';
import { placedSteps } from '../../bot/engine/playbook.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';
import type { SeatMessage } from '../../infra/local/teams/server.ts';
import { isNode, list, type Node, parts, type Text, textOf, textsIn, togglesIn } from './texts.ts';

export interface Row {
  stepId: string;
  title: string;
  mark: string;
  /** The heading above it: a stage of the plan; of the report, what is still open or the proof. */
  section: string;
  folded: boolean;
  /** On a stage's card, and in the report. */
  state: string;
  /** In normal type: what changes, and how a by-hand step is done. */
  lines: string[];
  /** Of a list that is folded, how many lines are counted but not told. */
  untold: number;
  /** In subtle type: a reason, or what came of it. */
  notes: string[];
  /** In the report: when it settled. */
  at: string;
  /** In warning color: what stays for people. */
  leaves: string[];
  command: string;
  links: string[];
  buttons: string[];
}

export const stillOpen = 'Still open';
const titles = new Map(placedSteps(offboardPerson).map(({ step }) => [step.title, step.id]));
const empty = {
  folded: false,
  mark: '',
  state: '',
  lines: [],
  untold: 0,
  notes: [],
  at: '',
  leaves: [],
  command: '',
  links: [],
  buttons: [],
};

function actionsIn(node: Node): Node[] {
  return [...list(node.actions), ...parts(node).flatMap(actionsIn)];
}

/** Every step that the card tells of, in its order. */
export function rowsOf({ card }: SeatMessage): Row[] {
  assert.ok(isNode(card), 'the message has no card');
  assertUnfolds(card);
  const rows: Row[] = [];
  let section = '';
  let lastOpen = '';
  const walk = (node: Node, around: boolean): void => {
    const folded = around || isHidden(node);
    const row = rowIn(node, section);
    if (row !== null) {
      rows.push({ ...row, folded });
      return;
    }
    const text = textOf(node);
    if (text?.heading) section = text.text;
    if (text?.lead) lastOpen = text.lead;
    if (text !== null) rows.push(...unneededIn(text.text, section), ...openIn(text, lastOpen, section, folded));
    for (const part of parts(node)) walk(part, folded);
  };
  walk(card, false);
  return rows;
}

const isHidden = ({ isVisible }: Node): boolean => isVisible === false || isVisible === 'false';

/** Whatever is folded away can be unfolded. */
function assertUnfolds(card: Node): void {
  const opened = togglesIn(card);
  const hidden = (node: Node): string[] => [
    ...(isHidden(node) ? [String(node.id)] : []),
    ...parts(node).flatMap(hidden),
  ];
  for (const id of hidden(card)) assert.ok(opened.includes(id), `nothing unfolds ${id}`);
}

/** The plan tells in one line what a stage does not need. */
function unneededIn(text: string, section: string): Row[] {
  const told = /^Not needed: (.+)$/s.exec(text)?.[1]?.split(' · ') ?? [];
  return told.map((words) => {
    const [, title = '', why = ''] = /^(.+?) \((.+)\)$/s.exec(words) ?? [];
    const stepId = titles.get(title) ?? assert.fail(`no step is called so: ${words}`);
    return { ...empty, stepId, title, mark: '–', section, notes: [`${why}.`] };
  });
}

/** “Title (skipped): why” or “Title: what stays”. */
function openIn({ text, lead, heading }: Text, lastLead: string, section: string, folded: boolean): Row[] {
  if (heading || section !== stillOpen) return [];
  const [, title = '', state = ''] = /^(.+?)(?: \((.+)\))?: $/s.exec(lastLead) ?? [];
  const stepId = titles.get(title) ?? assert.fail(`the report speaks of what is no step: ${text}`);
  return [{ ...empty, stepId, title, state, section, folded, notes: [text.slice(lead.length)] }];
}

/** Of a plan and of a report, a row with the mark before it; of a stage, a head with its details folded below. */
function rowIn(node: Node, section: string): Row | null {
  const [head, below] = list(node.items);
  const details = String(below?.id ?? '').startsWith('step-') ? below : undefined;
  const [marks, content, states] = list(((details && head) ?? node).columns);
  if (marks === undefined || content === undefined) return null;
  const [title, ...own] = textsIn(content);
  const [mark] = textsIn(marks);
  const stepId = titles.get(title?.text ?? '');
  if (title === undefined || mark === undefined || stepId === undefined) return null;
  const texts = [...own, ...(details === undefined ? [] : textsIn(details))];
  const told = texts.filter(({ id, monospace }) => !monospace && !id.startsWith('rest-'));
  const rest = texts.find(({ id }) => id.startsWith('rest-'))?.text.split(' · ') ?? [];
  const actions = [content, ...(details === undefined ? [] : [details])].flatMap(actionsIn);
  const notes = told.filter(({ subtle }) => subtle).map(({ text }) => text);
  const [words, at] = section === 'Proof' ? datedWords(notes) : [notes, ''];
  const buttons = actions.map(({ title: name }) => String(name));
  const lines = [...told.filter(({ subtle, warning }) => !subtle && !warning).map(({ text }) => text), ...rest];
  const all = Number(/^Show all (\d+) changes$/m.exec(buttons.join('\n'))?.[1] ?? lines.length);
  return {
    ...empty,
    stepId,
    title: title.text,
    mark: mark.text,
    section,
    state: (states === undefined ? '' : (textsIn(states)[0]?.text ?? '')).replace(/ ▾$/, ''),
    lines,
    untold: Math.max(0, all - lines.length),
    notes: words,
    at,
    leaves: told.filter(({ warning }) => warning).map(({ text }) => text),
    command: texts.find(({ monospace }) => monospace)?.text ?? '',
    links: actions.flatMap(({ url }) => (typeof url === 'string' ? [url] : [])),
    buttons,
  };
}

/** What came of it, and when: the moment stands last. */
function datedWords(notes: string[]): [string[], string] {
  const [, words = '', at = ''] =
    /^(.*?) ?([A-Z][a-z]{2} \d{1,2}, \d{4}, \d{2}:\d{2} UTC)\.$/s.exec(notes[0] ?? '') ?? [];
  return at === '' ? [notes, ''] : [[words, ...notes.slice(1)], at];
}

/** Every text of the card, as it is read. */
export const wordsOf = ({ card }: SeatMessage): string[] => (isNode(card) ? textsIn(card).map(({ text }) => text) : []);

/** What stands behind each bold word: “Approved by: …”, “Warning: …”. */
export function factsOn({ card }: SeatMessage): { title: string; value: string; section: string }[] {
  let section = '';
  return (isNode(card) ? textsIn(card) : []).flatMap(({ text, lead, heading }) => {
    if (heading) section = text;
    const title = /^(.+): $/s.exec(lead)?.[1];
    return title === undefined ? [] : [{ title, value: text.slice(lead.length), section }];
  });
}

/** The case that the card is about. */
export const caseOn = (message: SeatMessage): number =>
  Number(wordsOf(message).flatMap((text) => /^OFF-(\d+) · /.exec(text)?.[1] ?? [])[0] ?? 0);

export const isReport = (message: SeatMessage): boolean => wordsOf(message).includes('Proof');
export const isStage = (message: SeatMessage): boolean =>
  wordsOf(message).some((text) => /: .+ · stage \d of \d$/.test(text));
