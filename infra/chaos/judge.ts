import { createHash } from 'node:crypto';
import type { SeatMessage } from '../local/teams/server.ts';
import type { RequestRecord, TenantData } from '../local/tenant/server.ts';
import { deadSpares, type SpareTap, staleCards, unsentReports } from './cards.ts';
import type { Accepted } from './robots.ts';
import { isShown } from './shows.ts';
import { type CaseRow, isClosed, type JournalRow, type Snapshot, type StepRow } from './snapshot.ts';
import { writesIn } from './writes.ts';

/** All that is left when a round is over; the judge sees nothing else. */
export interface Evidence {
  snapshot: Snapshot;
  before: TenantData;
  after: TenantData;
  requests: readonly RequestRecord[];
  /** Whose chat, by object id, and what is in it. */
  chats: ReadonlyMap<string, readonly SeatMessage[]>;
  accepted: readonly Accepted[];
  spares: readonly SpareTap[];
  /** What the bot said when it ended by itself, though the disk was not full. */
  fell: readonly string[];
}

export const charges = [
  'lost',
  'stuck',
  'unsafe repeat',
  'false success',
  'false failure',
  'stale card',
  'dead spare',
  'broken chain',
  'fell over',
] as const;
export type Charge = (typeof charges)[number];

export interface Finding {
  charge: Charge;
  words: string;
}

/** Counts what must never happen. */
export function judge(evidence: Evidence): Finding[] {
  const found: [Charge, string[]][] = [
    ['lost', [...untold(evidence), ...unjournaledWrites(evidence), ...unsentReports(evidence)]],
    ['stuck', stuck(evidence.snapshot)],
    ['unsafe repeat', unsafeRepeats(evidence)],
    ['false success', falseSuccesses(evidence)],
    ['false failure', falseFailures(evidence.snapshot)],
    ['stale card', staleCards(evidence)],
    ['dead spare', deadSpares(evidence.spares)],
    ['broken chain', brokenChains(evidence.snapshot)],
    ['fell over', [...evidence.fell]],
  ];
  return found.flatMap(([charge, all]) => all.map((words) => ({ charge, words })));
}

const entriesOf = ({ journal }: Snapshot, caseId: number): JournalRow[] =>
  journal.filter((entry) => entry.case_id === caseId).sort((a, b) => a.n - b.n);
const stepIn = ({ data }: JournalRow): string | null => /"stepId":"([^"]+)"/.exec(data)?.[1] ?? null;
const nameOf = (step: StepRow): string => `OFF-${step.case_id}, ${step.step_id}`;

const journaledAs: Record<string, string[]> = {
  submit: ['submitted'],
  approve: ['approved'],
  reject: ['rejected'],
  cancel: ['canceled'],
  confirm: ['confirmed', 'confirmed-first'],
  skip: ['skipped'],
  done: ['said-done'],
  retry: ['retried'],
};

/** What people were told of and is not there. */
function untold({ snapshot, chats, accepted, before }: Evidence): string[] {
  const known = new Set(snapshot.cases.map(({ id }) => id));
  const named = new Set(
    [...chats.values()].flatMap((messages) =>
      messages
        .filter(({ from }) => from.bot)
        .flatMap(({ text }) => /^(?:OFF|PRT)-(\d+): looking/.exec(text ?? '')?.[1] ?? []),
    ),
  );
  const cases = [...named]
    .filter((id) => !known.has(Number(id)))
    .map((id) => `OFF-${id} was promised and is not there`);
  const idOf = new Map(before.users.map(({ id, userPrincipalName }) => [userPrincipalName, id]));
  const entries = accepted
    .filter(({ person, verb, caseId, steps }) => {
      const wanted = journaledAs[verb];
      if (wanted === undefined) return false;
      const there = entriesOf(snapshot, caseId).some(
        (entry) =>
          wanted.includes(entry.what) &&
          entry.actor === idOf.get(person) &&
          (steps.length === 0 || steps.includes(stepIn(entry) ?? '')),
      );
      return !there;
    })
    .map(({ person, verb, caseId, steps }) => `${person} was told of ${verb} ${steps} on OFF-${caseId}: no entry`);
  return [...cases, ...entries];
}

/** Every change in the tenant was begun by a step that noted what was there before. */
function unjournaledWrites({ snapshot, requests }: Evidence): string[] {
  const noted = snapshot.journal.filter(({ what }) => what === 'before-recorded');
  return writesIn(requests)
    .filter(({ steps, names }) => {
      const about = snapshot.cases.filter(({ subject_id }) => names.includes(subject_id));
      const cases = new Set((about.length > 0 ? about : snapshot.cases).map(({ id }) => id));
      return !noted.some((entry) => cases.has(entry.case_id) && steps.includes(stepIn(entry) ?? ''));
    })
    .map(
      ({ call, steps }) => `${call} was done, and no journal tells of it (${steps.join(' or ') || 'no step does it'})`,
    );
}

function stuck(snapshot: Snapshot): string[] {
  const open = snapshot.cases.filter((row) => !isClosed(row) || row.state === 'expired');
  return open.map((row) => {
    const steps = snapshot.case_steps
      .filter(({ case_id, state }) => case_id === row.id && !/proved|not-needed|skipped|vouched|planned/.test(state))
      .map(({ step_id, state, words }) => `${step_id} ${state}${words === null ? '' : ` (${words})`}`);
    const due = snapshot.wakeups
      .filter(({ key }) => key === String(row.id) || key.startsWith(`${row.id}/`) || key === `case/${row.id}`)
      .map(({ queue, key, due_at }) => `${queue} ${key} at ${new Date(Math.min(due_at, 8.64e15)).toISOString()}`);
    return `OFF-${row.id} is ${row.state}${row.note === null ? '' : ` (${row.note})`}; ${[...steps, ...due].join('; ') || 'nothing is due'}`;
  });
}

/** Once a case of the same person: a second case may have to do it again. */
function unsafeRepeats({ snapshot, requests }: Evidence): string[] {
  const times = Map.groupBy(
    writesIn(requests).filter(({ once }) => once !== null),
    ({ once }) => once ?? '',
  );
  return [...times.entries()].flatMap(([call, writes]) => {
    const [first] = writes;
    const allowed = snapshot.cases.filter(
      ({ id, subject_id }) =>
        first?.names.includes(subject_id) &&
        snapshot.case_steps.some(
          ({ case_id, step_id, attempt }) => case_id === id && first.steps.includes(step_id) && attempt > 0,
        ),
    ).length;
    return writes.length > Math.max(1, allowed) ? [`${call}: done ${writes.length} times`] : [];
  });
}

function falseSuccesses({ snapshot, before, after }: Evidence): string[] {
  const caseOf = new Map(snapshot.cases.map((row): [number, CaseRow] => [row.id, row]));
  return snapshot.case_steps
    .filter(({ state }) => state === 'proved')
    .filter((step) => {
      const row = caseOf.get(step.case_id);
      return row !== undefined && isShown(step, before, after, row.subject_id, row.options.successor?.id) === false;
    })
    .map((step) => `${nameOf(step)} is proved (“${step.words}”), and the tenant does not show it`);
}

/** A step that was called failed, and of which a retry only found that it was done. */
function falseFailures(snapshot: Snapshot): string[] {
  return snapshot.case_steps.flatMap((step) => {
    const own = entriesOf(snapshot, step.case_id).filter((entry) => stepIn(entry) === step.step_id);
    return own.flatMap((entry, index) => {
      if (entry.what !== 'step-failed') return [];
      const next = own.slice(index + 1).filter(({ what }) => what.startsWith('step-'));
      const [started, proved] = next.filter(({ what }) => what !== 'step-waits');
      const onlyFound = started?.what === 'step-started' && proved?.what === 'step-proved';
      return onlyFound ? [`${nameOf(step)} had “${entry.words}”, and Retry only found it done`] : [];
    });
  });
}

/** Each entry carries the hash of the last, over the names of the columns in the order of the alphabet. */
export function brokenChains(snapshot: Snapshot): string[] {
  return snapshot.cases.flatMap(({ id }) => {
    let previous = '';
    for (const [index, { hash, ...entry }] of entriesOf(snapshot, id).entries()) {
      const sorted = Object.fromEntries(Object.entries(entry).sort(([a], [b]) => (a < b ? -1 : 1)));
      const own = createHash('sha256').update(JSON.stringify(sorted)).digest('hex');
      if (entry.n !== index + 1 || entry.previous_hash !== previous || own !== hash)
        return [`the journal of OFF-${id} breaks at entry ${index + 1}`];
      previous = hash;
    }
    return previous === '' ? [`the journal of OFF-${id} is empty`] : [];
  });
}
