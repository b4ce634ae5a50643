import { type CaseView, isOver, type StepView } from '../cases/caseView.ts';
import { dayInWords, inWords } from '../clock.ts';
import { chosenInWords } from '../engine/choices.ts';
import { caseState, isSettled } from '../engine/states.ts';
import { firstBrokenEntry, type JournalEntry } from '../store/journal.ts';
import { outcomeOf, reasonOf, saying, stateOf } from './stepLines.ts';
import { cleanText, count, listed } from './text.ts';

export interface CaseFile {
  name: string;
  html: string;
}

/**
 * A case as a page of its own, to be kept and printed: what was asked, agreed, done, proved and left, with the journal in words.
 * @param differing what in the rows is not as the journal tells it
 */
export function caseFile(
  view: CaseView,
  entries: readonly JournalEntry[],
  differing: readonly string[],
  now: Date,
): CaseFile {
  const { row, name, subject, playbook, about } = view;
  const { closed, words } = caseState(row.state);
  const heading =
    row.state === 'finished'
      ? playbook.words.done(subject.displayName)
      : closed
        ? playbook.words.stopped(subject.displayName)
        : playbook.words.title(subject.displayName);
  const facts: [string, string][] = [
    ['Case', view.undoes === null ? name : `${name}, takes back ${view.undoes}`],
    ['About', about.line],
    ...about.facts.map(({ title, value }): [string, string] => [title, value]),
    ['Asked for by', `${row.requesterName}, ${inWords(row.createdAt)}`],
    ...(row.ticket === null ? [] : [['Reason or ticket', row.ticket] as [string, string]]),
    ...chosenInWords(playbook.choices, view.options, new Set()).map(({ title, value }): [string, string] => [
      title,
      value,
    ]),
    ['Approved by', listed(view.approvals.map(({ actorName, at }) => `${actorName}, ${inWords(at)}`)) || 'nobody'],
    ['State', closed && row.closedAt !== null ? `${words}, ${inWords(row.closedAt)}` : words],
    ...(row.note === null ? [] : [['Note', row.note] as [string, string]]),
  ];
  const left = remaining(view);
  const letters = lettersOf(view);
  const body = [
    `<h1>${escaped(heading)}</h1>`,
    table(
      'facts',
      [],
      facts.map(([title, value]) => [title, value]),
    ),
    heading2('What remains, and why', left.length > 0),
    list(left),
    ...playbook.stages.flatMap(({ title }, index) => stageOf(view, title, index)),
    ...letters.flatMap((one) => [heading2(`Text to send: ${one.title}`), `<pre>${escaped(one.text)}</pre>`]),
    heading2('Journal'),
    `<p>${escaped(chainWords(entries, differing))}</p>`,
    table(
      'journal',
      ['', 'When', 'What'],
      entries.map(({ n, at, words: said }) => [String(n), inWords(at), said]),
    ),
    `<p class="made">Made ${escaped(inWords(now))} by Signoff.</p>`,
  ];
  return { name: `${name}.html`, html: page(`${name}: ${heading}`, body) };
}

/** What is open, and what stays by its nature: each with its step. */
function remaining(view: CaseView): string[] {
  return view.steps.flatMap((one) => {
    const { step, row, planned } = one;
    if (isOver(view, one)) return [];
    const undone = ['failed', 'begun', 'stays', 'skipped', 'not done', 'ordered'].includes(outcomeOf(one));
    const notes = [
      ...(undone ? [[stateOf(one, true).state, row.words, reasonOf(one)].filter(Boolean).join('. ')] : []),
      ...(planned.warns ?? []),
      ...planned.leaves,
    ];
    return notes.map((note) => `${step.title}: ${note}`);
  });
}

/** Texts to copy, for cases of a kind that has some, once they are over. */
export function lettersOf(view: CaseView): { title: string; text: string }[] {
  const { row, playbook, subject, name } = view;
  if (row.state !== 'finished' || row.closedAt === null) return [];
  const open = view.steps
    .filter((one) => ['failed', 'begun', 'stays', 'skipped'].includes(outcomeOf(one)))
    .map(({ step }) => step.title);
  return playbook.letters?.(subject, { caseName: name, day: dayInWords(new Date(row.closedAt)), open }) ?? [];
}

function stageOf(view: CaseView, title: string, index: number): string[] {
  const steps = view.steps.filter(({ row }) => row.stage === index);
  if (steps.length === 0) return [];
  return [heading2(title), table('steps', ['Step', 'Changed', 'What came of it', 'Who and when'], steps.map(rowOf))];
}

function rowOf(one: StepView): string[] {
  const { step, row, planned } = one;
  const who = [row.confirmedName, row.secondName].filter((name): name is string => name !== null);
  const changed = isSettled(row) && row.state !== 'not-needed' ? saying(planned.changes) : [];
  return [
    step.title,
    changed.join('\n'),
    [
      // Somebody’s word has their note in it.
      [stateOf(one, true).state, row.words ?? '', row.state === 'vouched' ? '' : reasonOf(one)]
        .filter(Boolean)
        .join('. '),
      row.requestId === null ? '' : `Microsoft’s request: ${row.requestId}`,
    ]
      .filter(Boolean)
      .join('\n'),
    [listed([...new Set(who)]), row.settledAt === null ? '' : inWords(row.settledAt)].filter(Boolean).join('\n'),
  ];
}

function chainWords(entries: readonly JournalEntry[], differing: readonly string[]): string {
  const broken = firstBrokenEntry(entries);
  const chain =
    broken === null
      ? `${count(entries.length, 'entry', 'entries')}, none changed or missing.`
      : `Entry ${broken} is not as it was written.`;
  return differing.length === 0 ? chain : `${chain} The case differs from it: ${listed(differing)}.`;
}

/** Line by line: what is cleaned has none left. */
const escaped = (text: string): string => text.split('\n').map(escapedLine).join('\n');
const escapedLine = (line: string): string =>
  cleanText(line).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const heading2 = (title: string, isThere = true): string => (isThere ? `<h2>${escaped(title)}</h2>` : '');
const list = (lines: readonly string[]): string =>
  lines.length === 0 ? '' : `<ul>${lines.map((line) => `<li>${escaped(line)}</li>`).join('')}</ul>`;

/** @param kind how wide its columns are */
function table(
  kind: 'facts' | 'steps' | 'journal',
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const row = (cells: readonly string[], cell: 'td' | 'th') =>
    `<tr>${cells.map((text) => `<${cell}>${escaped(text)}</${cell}>`).join('')}</tr>`;
  const head = heads.length === 0 ? '' : `<thead>${row(heads, 'th')}</thead>`;
  return `<table class="${kind}">${head}<tbody>${rows.map((cells) => row(cells, 'td')).join('')}</tbody></table>`;
}

/** Nothing is loaded from anywhere: it reads the same in ten years. */
function page(title: string, body: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escaped(title)}</title>
<style>
body { font: 14px/1.45 "Segoe UI", system-ui, sans-serif; color: #1b1b1b; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin: 1.6rem 0 .4rem; break-after: avoid; }
table { border-collapse: collapse; width: 100%; table-layout: fixed; } .facts td:first-child { width: 22%; } .steps th { width: 31%; } .steps th:first-child, .steps th:last-child { width: 19%; } .journal th:first-child { width: 5%; } .journal th:nth-child(2) { width: 20%; } thead { display: table-header-group; }
th, td { border: 1px solid #d0d0d0; padding: .25rem .5rem; text-align: left; vertical-align: top; white-space: pre-line; overflow-wrap: anywhere; }
th { background: #f3f3f3; } tr { break-inside: avoid; } pre { break-inside: avoid; white-space: pre-wrap; font: inherit; border: 1px solid #d0d0d0; padding: .6rem; }
.made { color: #666; }
@media print { body { font-size: 10px; margin: 0; max-width: none; } }
</style>
</head>
<body>
${body.filter(Boolean).join('\n')}
</body>
</html>
`;
}
