import { z } from 'zod';
import type { CaseView, StepView } from '../cases/caseView.ts';
import { caseState } from '../engine/states.ts';
import { type Card, defineCard } from './card.ts';
import { saying, stateOf } from './stepLines.ts';
import { plain, shown } from './text.ts';

export const changesCard = defineCard(
  'changes',
  z.object({
    caseId: z.number(),
    heading: shown,
    place: shown,
    steps: z.array(z.object({ title: shown, lines: z.array(shown) })),
    page: shown,
    keys: z.array(plain),
    pages: z.array(z.object({ title: plain, page: z.number() })),
    canGoBack: z.boolean(),
  }),
);

const mostLines = 20;
const longestLine = 1500;
/** Leaves room within a card for how lines are drawn. */
const mostBytes = 9000;
/** Of a line, besides its text. Text that could be Markdown is drawn in pieces. */
const bytesOfLine = 110;

/**
 * Everything that steps would change and leave, whole, page by page: other cards show as much of it as there is room for.
 * @param page 0 is the first
 * @param canGoBack whether it stands in the place of the card that it tells more of
 */
export function changes(view: CaseView, keys: readonly string[], page: number, canGoBack: boolean): Card {
  const steps = view.steps.filter(({ step }) => keys.includes(step.id));
  const all = steps.flatMap((one) => linesOf(one).map((text) => ({ one, text })));
  const pages = inPages(all);
  const at = Math.min(page, pages.length - 1);
  const here = pages[at] ?? [];
  const before = pages.slice(0, at).flat().length;
  const data = {
    caseId: view.row.id,
    heading: view.playbook.words.title(view.subject.displayName),
    place: `${view.name} · ${view.row.state === 'running' || caseState(view.row.state).closed ? 'every change, as it was planned last' : 'every change in the plan'}`,
    steps: steps.flatMap((one) => {
      const lines = here.filter((line) => line.one === one).map(({ text }) => text);
      return lines.length === 0 ? [] : { title: `${one.step.title}${stateWords(view, one)}`, lines };
    }),
    page: pages.length > 1 ? `${before + 1}–${before + here.length} of ${all.length}` : '',
    keys: steps.map(({ step }) => step.id),
    pages: [
      ...(at > 0 ? [{ title: 'Previous', page: at - 1 }] : []),
      ...(at < pages.length - 1 ? [{ title: 'Next', page: at + 1 }] : []),
    ],
    canGoBack,
  };
  return changesCard.render(data, `${view.name}: ${data.heading}. ${data.page}`);
}

/** Before anything was begun, all of it is planned. */
function stateWords({ row }: CaseView, one: StepView): string {
  const begun = one.row.state !== 'planned';
  return begun ? ` (${stateOf(one, caseState(row.state).closed).state})` : '';
}

function linesOf({ planned }: StepView): string[] {
  const { why, warns = [], leaves } = planned;
  const staying = [...new Set([...warns, ...leaves])].map((text) => `Stays: ${text}`);
  return [...saying(planned.changes), ...(why === null ? [] : [why]), ...staying].flatMap(inPieces);
}

/** A line may name a hundred groups: what is too long for one goes on in the next. */
function inPieces(text: string): string[] {
  if (text.length <= longestLine) return [text];
  const space = text.lastIndexOf(' ', longestLine);
  const end = space > longestLine / 2 ? space : longestLine;
  return [text.slice(0, end), ...inPieces(text.slice(end).trimStart())];
}

function inPages<Line extends { text: string }>(all: readonly Line[]): Line[][] {
  const pages: Line[][] = [];
  let bytes = 0;
  for (const line of all) {
    const size = Buffer.byteLength(line.text) + bytesOfLine;
    const last = pages.at(-1);
    if (last === undefined || last.length === mostLines || bytes + size > mostBytes) {
      pages.push([line]);
      bytes = size;
    } else {
      last.push(line);
      bytes += size;
    }
  }
  return pages;
}
