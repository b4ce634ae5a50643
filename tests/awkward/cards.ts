import assert from 'node:assert/strict';
import { placedSteps } from '../../bot/engine/playbook.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';
import type { SeatMessage } from '../../infra/local/teams/server.ts';

/** What a person reads on a card, out of the JSON that Teams was sent. */
interface Text {
  text: string;
  subtle: boolean;
  warning: boolean;
  monospace: boolean;
  heading: boolean;
  bold: boolean;
  id: string;
}

export interface Row {
  stepId: string;
  title: string;
  mark: string;
  /** The heading above it: a stage of the plan, an outcome of the report. */
  section: string;
  /** On a stage's card. */
  state: string;
  /** In normal type: what changes, and how a by-hand step is done. */
  lines: string[];
  /** Of a list that is folded, how many lines are counted but not told. */
  untold: number;
  /** In subtle type: a reason, or what came of it. */
  notes: string[];
  /** In warning color: what stays for people. */
  leaves: string[];
  command: string;
  links: string[];
  buttons: string[];
}

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);
const list = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : []);

const titles = new Map(placedSteps(offboardPerson).map(({ step }) => [step.title, step.id]));

/** Takes back what keeps a name from being drawn as Markdown. */
const unescaped = (text: string): string =>
  text
    .replaceAll('\u200b', '')
    .replace(/\\(.)/gs, '$1')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');

function textOf(node: Node): Text {
  return {
    text: unescaped(String(node.text)),
    subtle: node.isSubtle === true,
    warning: String(node.color).toLowerCase() === 'warning',
    monospace: node.fontType === 'Monospace',
    heading: node.style === 'heading',
    bold: node.weight === 'Bolder',
    id: String(node.id ?? ''),
  };
}

const parts = (node: Node): Node[] => [...list(node.body), ...list(node.items), ...list(node.columns)];

function textsIn(node: Node): Text[] {
  return node.type === 'TextBlock' ? [textOf(node)] : parts(node).flatMap(textsIn);
}

function actionsIn(node: Node): Node[] {
  return [...list(node.actions), ...parts(node).flatMap(actionsIn)];
}

/** Every step that the card tells of, in its order. */
export function rowsOf({ card }: SeatMessage): Row[] {
  assert.ok(isNode(card), 'the message has no card');
  const rows: Row[] = [];
  let section = '';
  const walk = (node: Node): void => {
    if (node.type === 'TextBlock' && node.style === 'heading') section = textOf(node).text;
    if (node.type === 'TextBlock') rows.push(...unneededIn(textOf(node).text, section));
    const row = rowIn(node, section);
    if (row !== null) rows.push(row);
    else for (const part of parts(node)) walk(part);
  };
  walk(card);
  return rows;
}

/** The plan tells in one line what a stage does not need. */
function unneededIn(text: string, section: string): Row[] {
  const told = /^Not needed: (.+)$/s.exec(text)?.[1]?.split(' · ') ?? [];
  return told.map((words) => {
    const [, title = '', why = ''] = /^(.+?) \((.+)\)$/s.exec(words) ?? [];
    const stepId = titles.get(title) ?? assert.fail(`no step is called so: ${words}`);
    const nothing = { state: '', lines: [], untold: 0, leaves: [], command: '', links: [], buttons: [] };
    return { ...nothing, stepId, title, mark: '–', section, notes: [`${why}.`] };
  });
}

function rowIn(node: Node, section: string): Row | null {
  const [marks, content] = list(node.columns);
  if (marks === undefined || content === undefined) return null;
  const [title, ...texts] = textsIn(content);
  const [mark] = textsIn(marks);
  const stepId = titles.get(title?.text ?? '');
  if (title === undefined || mark === undefined || stepId === undefined) return null;
  const [head] = list(content.items);
  const state = head?.type === 'ColumnSet' ? (texts.shift()?.text ?? '') : '';
  const told = texts.filter(({ id, monospace }) => !monospace && !id.startsWith('rest-'));
  const rest = unfolded(texts.find(({ id }) => id.startsWith('rest-'))?.text);
  const actions = actionsIn(content);
  return {
    stepId,
    title: title.text,
    mark: mark.text,
    section,
    state,
    lines: [...told.filter(({ subtle, warning }) => !subtle && !warning).map(({ text }) => text), ...rest.lines],
    untold: rest.untold,
    notes: told.filter(({ subtle }) => subtle).map(({ text }) => text),
    leaves: told.filter(({ warning }) => warning).map(({ text }) => text),
    command: texts.find(({ monospace }) => monospace)?.text ?? '',
    links: actions.flatMap(({ url }) => (typeof url === 'string' ? [url] : [])),
    buttons: actions.map(({ title: words }) => String(words)),
  };
}

function unfolded(rest: string | undefined): { lines: string[]; untold: number } {
  if (rest === undefined) return { lines: [], untold: 0 };
  const lines = rest.split(' · ');
  const untold = /^and (\d+) more$/.exec(lines.at(-1) ?? '');
  return untold === null ? { lines, untold: 0 } : { lines: lines.slice(0, -1), untold: Number(untold[1]) };
}

/** Every text of the card, unescaped. */
export const wordsOf = ({ card }: SeatMessage): string[] => (isNode(card) ? textsIn(card).map(({ text }) => text) : []);

/** Title and value of every fact. */
export function factsOn({ card }: SeatMessage): Map<string, string> {
  const sets = (node: Node): Node[] => [...list(node.facts), ...parts(node).flatMap(sets)];
  return new Map(
    (isNode(card) ? sets(card) : []).map(({ title, value }) => [unescaped(String(title)), unescaped(String(value))]),
  );
}

/** The texts below a heading, in the same box. */
export function below({ card }: SeatMessage, heading: string): string[] {
  const boxes = (node: Node): Node[] => [node, ...parts(node).flatMap(boxes)];
  const box = (isNode(card) ? boxes(card) : []).find((node) => {
    const [first] = list(node.items);
    return first !== undefined && first.style === 'heading' && textOf(first).text === heading;
  });
  return box === undefined
    ? []
    : list(box.items)
        .slice(1)
        .flatMap(textsIn)
        .map(({ text }) => text);
}
