import assert from 'node:assert/strict';

/** What a person reads on a card, out of the JSON that Teams was sent. */
export interface Text {
  text: string;
  /** The bold words at its beginning, where others follow. */
  lead: string;
  subtle: boolean;
  warning: boolean;
  monospace: boolean;
  heading: boolean;
  id: string;
}

export type Node = Record<string, unknown>;
export const isNode = (value: unknown): value is Node =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
export const list = (value: unknown): Node[] => (Array.isArray(value) ? value.filter(isNode) : []);
export const parts = (node: Node): Node[] => [...list(node.body), ...list(node.items), ...list(node.columns)];

/** One text, as it is read; null where the node is none. */
export function textOf(node: Node): Text | null {
  if (node.type === 'TextBlock') return textFrom(node, [node]);
  if (node.type === 'RichTextBlock') return textFrom(node, list(node.inlines));
  if (node.type !== 'CodeBlock') return null;
  // Phones are shown the fallback: whatever is pasted is the same.
  assert.ok(isNode(node.fallback), 'a code block has no fallback');
  const shown = textFrom(node.fallback, list(node.fallback.inlines));
  assert.equal(shown.text, node.codeSnippet);
  return shown;
}

function textFrom(node: Node, runs: Node[]): Text {
  const asOne = (some: Node[]): string => asRead(some.map(({ text }) => String(text)).join(''));
  const others = runs.findIndex(({ weight }) => weight !== 'Bolder');
  return {
    text: asOne(runs),
    lead: others > 0 ? asOne(runs.slice(0, others)) : '',
    subtle: runs.every(({ isSubtle }) => isSubtle === true),
    warning: runs.every(({ color }) => String(color).toLowerCase() === 'warning'),
    monospace: runs.every(({ fontType }) => fontType === 'Monospace'),
    heading: node.style === 'heading',
    id: String(node.id ?? ''),
  };
}

const dayOf = new Intl.DateTimeFormat('en-US', { timeZone: 'UTC', month: 'short', day: 'numeric', year: 'numeric' });

/** Teams draws these as the reader's device writes times; here by one in London in winter. */
const asRead = (text: string): string =>
  text.replace(/\{\{DATE\(([^,]+), SHORT\)\}\} \{\{TIME\(\1\)\}\}/g, (_macro, iso: string) => {
    const at = new Date(iso);
    assert.match(iso, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/, 'Teams’ phones know no other pattern');
    return `${dayOf.format(at)}, ${iso.slice(11, 16)} UTC`;
  });

export function textsIn(node: Node): Text[] {
  const text = textOf(node);
  return text === null ? parts(node).flatMap(textsIn) : [text];
}

/** The ids that a tap on something unfolds. */
export function togglesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(togglesIn);
  if (!isNode(value)) return [];
  if (value.type !== 'Action.ToggleVisibility') return Object.values(value).flatMap(togglesIn);
  return (Array.isArray(value.targetElements) ? value.targetElements : []).map(String);
}
