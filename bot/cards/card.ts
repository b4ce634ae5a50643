import { readFileSync } from 'node:fs';
import { Template } from 'adaptivecards-templating';
import { z } from 'zod';
import { cleanText, couldBeMarkdown, inReadersTime, pieces } from './text.ts';

/** A card ready to be sent. `summary` is what a notification and a screen reader say first. */
export interface Card {
  content: Record<string, unknown>;
  summary: string;
}

export interface CardKind<In> {
  /** Stem of `cards/<name>.card.json` and its samples. */
  name: string;
  data: z.ZodType<unknown, In>;
  render(data: In, summary: string): Card;
}

const folder = new URL('../../cards/', import.meta.url);
const templateSchema = z.record(z.string(), z.unknown());
type Node = Record<string, unknown>;

/** A card must stay small enough for every client. */
export const largestCardBytes = 20 * 1024;
/**
 * A card that tells of each step: what it would change, how it is done by hand, how far it is. Teams takes a message of 80 KB
 * for certain, in UTF-16, which is 40,000 characters; the names that call people in a channel come on top.
 */
export const largestStepsBytes = 32 * 1024;
/** A report tells of each step how it was proved. Teams took 40 KB of a bot before, and takes 100 by now. */
export const largestReportBytes = 40 * 1024;

export function defineCard<In>(name: string, data: z.ZodType<unknown, In>): CardKind<In> {
  const json = readFileSync(new URL(`${name}.card.json`, folder), 'utf8');
  const draw = drawer(templateSchema.parse(JSON.parse(json)));
  return {
    name,
    data,
    render(input, summary) {
      const card = {
        ...draw(data.parse(input)),
        fallbackText: `${cleanText(summary)} Update Teams to see this card.`,
      };
      return { content: card, summary };
    },
  };
}

/** Where a card would be too large, what may be said in fewer words is. @param draw with the most characters of one such text */
export function fitting(draw: (longest: number) => Card, most = largestCardBytes): Card {
  for (const longest of [500, 300, 200, 160, 80, 40]) {
    const card = draw(longest);
    if (fits(card, most)) return card;
  }
  return draw(0);
}

export const fits = ({ content }: Card, most: number): boolean => Buffer.byteLength(JSON.stringify(content)) <= most;

/** Puts data into a template, as every client can draw it. */
export function drawer(template: Node): (data: unknown) => Node {
  // To read a template takes many times longer than to fill it in.
  let prepared: Template | undefined;
  return (data) => {
    prepared ??= new Template(template);
    return templateSchema.parse(forEveryClient(prepared.expand({ $root: data as object })));
  };
}

function forEveryClient(value: unknown): unknown {
  if (Array.isArray(value)) return value.flatMap((one) => (isRun(one) ? runsOf(one) : [forEveryClient(one)]));
  if (typeof value !== 'object' || value === null) return value;
  const node = value as Node;
  if (node.type === 'TextBlock') return textOf(node);
  return Object.fromEntries(Object.entries(node).map(([name, one]) => [name, forEveryClient(one)]));
}

const isRun = (value: unknown): value is Node => (value as Node | null)?.type === 'TextRun';

const runsOf = (run: Node): Node[] => pieces(String(run.text)).map((text) => ({ ...run, text: inReadersTime(text) }));

/** What belongs to the block; the rest belongs to the text in it. */
const ofBlock = ['id', 'isVisible', 'spacing', 'separator', 'horizontalAlignment', 'height'];

/** A heading is a heading for screen readers as a block alone. */
function textOf(node: Node): Node {
  const text = String(node.text);
  if (!couldBeMarkdown(text)) return { ...node, text: inReadersTime(text) };
  const { type: _type, wrap: _wrap, style: _style, maxLines: _maxLines, ...look } = node;
  const block = Object.entries(look).filter(([name]) => ofBlock.includes(name));
  const run = Object.entries(look).filter(([name]) => !ofBlock.includes(name));
  return {
    type: 'RichTextBlock',
    ...Object.fromEntries(block),
    inlines: runsOf({ type: 'TextRun', ...Object.fromEntries(run), text }),
  };
}
