import assert from 'node:assert/strict';
import { placedSteps } from '../../bot/engine/playbook.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';
import { factsOn, type Row, stillOpen, wordsOf } from './cards.ts';
import { assertKept } from './kept.ts';
import type { Offboarded } from './offboard.ts';
import { sentences } from './sentences.ts';
import { assertStays, isOver } from './stays.ts';
import { toldOf } from './told.ts';

/** The plan was agreed to once, kept to the letter, and reported as it was. */
export function assertHonest(one: Offboarded): void {
  assert.equal(one.plans, 1, 'the plan had to be agreed to again');
  assertKept(one);
  assertReportTrue(one);
}

/** Holds every sentence of the report against the tenant. */
function assertReportTrue(one: Offboarded): void {
  const outcomes = one.reported.filter(({ section }) => section === 'Proof');
  assert.deepEqual(
    outcomes.map(({ stepId }) => stepId).sort(),
    placedSteps(offboardPerson)
      .map(({ step }) => step.id)
      .sort(),
    'every step stands in the proof exactly once',
  );
  assertHead(one, outcomes);
  for (const row of outcomes) {
    assert.ok(row.state === 'not needed' || row.at !== '', `nobody knows when “${row.title}” settled`);
    if (['proved', 'ordered', 'not needed'].includes(row.state)) assertSentence(one, row);
    else if (row.state === 'skipped') assertSkipped(one, row);
    else if (row.state === 'done by hand') assert.match(row.notes.join(' '), /^Done by hand, says Hana Okafor: “.+”/s);
    else assert.fail(`${row.title} is “${row.state}”`);
  }
  assertStays(one);
  assertOpen(one, outcomes);
  assertNow(one, outcomes);
}

function assertSkipped(one: Offboarded, { stepId, title, notes }: Row): void {
  assert.equal(notes.length, 1);
  assert.match(
    notes[0] ?? '',
    /^Skipped by Arno Lindqvist(\.( “Not by us\.”)?$| after it had failed: .+ nothing was changed|.*Convert it and retry, or skip this step\.$)/,
  );
  const open = one.reported.find((row) => row.section === stillOpen && row.stepId === stepId && row.state !== '');
  assert.deepEqual([open?.state, open?.notes], ['skipped', notes], `“${title}” was skipped, and is not still open`);
}

/** What is still open is told first, and counted where it is folded away. */
function assertOpen(one: Offboarded, outcomes: Row[]): void {
  const open = one.reported.filter(({ section }) => section === stillOpen);
  const undone = open.filter(({ state }) => state !== '').map(({ stepId }) => stepId);
  assert.deepEqual(
    undone.sort(),
    outcomes.flatMap(({ state, stepId }) => (['skipped', 'ordered'].includes(state) ? stepId : [])).sort(),
  );
  const folded = /"Show (?:what stays \()?(\d+)(?: more|\))"/.exec(JSON.stringify(one.report.card))?.[1] ?? '0';
  assert.equal(Number(folded), open.filter((row) => row.folded).length);
}

/** Who has what now: only of what was done, and in the same words as in the proof. */
function assertNow(one: Offboarded, outcomes: Row[]): void {
  const now = factsOn(one.report).filter(({ section }) => section === 'How it is now');
  const lasting = new Set(placedSteps(offboardPerson).flatMap(({ step }) => (step.lasting ? step.id : [])));
  const done = outcomes.filter(
    ({ stepId, state }) => lasting.has(stepId) && ['proved', 'done by hand'].includes(state),
  );
  const ended = one.planned.some(({ stepId, leaves }) => leaves.length > 0 && isOver(one, stepId));
  const told = ({ title, notes: [words = ''] }: Row) => [title, words.replace(/ \(https:\/\/[^)]*\)/g, '')];
  assert.deepEqual(
    now.map(({ title, value }) => [title, value]),
    [
      ...done.filter(({ stepId }) => !isOver(one, stepId)).map(told),
      ...(ended
        ? [['Access and licenses that had stayed', 'ended with the account. If it is restored, so are they.']]
        : []),
    ],
  );
}

function assertHead(one: Offboarded, outcomes: Row[]): void {
  const count = (state: string) => outcomes.filter((row) => row.state === state).length;
  const words = wordsOf(one.report);
  const skipped = count('skipped');
  assert.equal(count('begun, not proved'), 0);
  const heading = `${one.person.displayName} is offboarded${skipped > 0 ? ', but for what was skipped' : ''}`;
  assert.ok(words.includes(heading), `the report says “${words[0]}”`);
  const status = words.find((text) => /^\d+ steps? proved/.test(text)) ?? '';
  const told = (what: RegExp): number => Number(what.exec(status)?.[1] ?? 0);
  assert.equal(told(/(\d+) steps? proved/), count('proved'), status);
  assert.equal(told(/(\d+) done on somebody’s word/), count('done by hand'), status);
  assert.equal(told(/(\d+) ordered/), count('ordered'), status);
  assert.equal(told(/(\d+) skipped/), skipped, status);
  assertLockedOut(one, outcomes);
  assertPeople(one, outcomes);
}

/** It says that nobody gets in only where that is so, and names what is not done otherwise. */
function assertLockedOut(one: Offboarded, outcomes: Row[]): void {
  const outside = offboardPerson.shutsOut.map(({ id }) => outcomes.find(({ stepId }) => stepId === id));
  const skipped = outside.flatMap((row) => (row?.state === 'skipped' ? `“${row.title}”` : []));
  const proved = outside.flatMap((row) => (row?.state === 'proved' ? row.at : []));
  const words = wordsOf(one.report);
  const told = words.find((text) => /^(Not wholly locked|Locked) out/.test(text)) ?? '';
  if (skipped.length > 0) {
    assert.match(told, /^Not wholly locked out: /);
    for (const title of skipped) assert.ok(told.includes(title), told);
  } else if (proved.length > 0) {
    const at = /^Locked out (.+ UTC), .+ after the approval\. Closed .+ UTC\.$/.exec(told)?.[1] ?? '';
    assert.ok(proved.includes(at) && proved.every((other) => Date.parse(other) <= Date.parse(at)), told);
  } else assert.equal(told, '');
}

function assertPeople(one: Offboarded, outcomes: Row[]): void {
  const facts = new Map(factsOn(one.report).map(({ title, value }) => [title, value]));
  const approvers = one.approvals === 2 ? ['Arno Lindqvist', 'Priya Raman'] : ['Arno Lindqvist'];
  const place = wordsOf(one.report).find((text) => text.startsWith(`OFF-${one.caseId} · `)) ?? '';
  assert.match(place, /^OFF-\d+ · asked for by Hana Okafor, .+ UTC$/);
  const both = facts.get('Approved and confirmed by');
  const approved = both ?? facts.get('Approved by') ?? '';
  const named = /^(.+?), \w{3} \d+, \d{4}, \d\d:\d\d UTC(?: and (.+?), \w{3} \d+, \d{4}, \d\d:\d\d UTC)?$/.exec(
    approved,
  );
  assert.deepEqual(named?.slice(1).filter(Boolean), approvers, approved);
  // The requester says Done; an approver and a second one confirm.
  const confirmed = (both === undefined ? (facts.get('Confirmed by') ?? '') : approvers.join(', ')).split(/, | and /);
  assert.ok(confirmed.includes('Arno Lindqvist') && !confirmed.includes('Hana Okafor'), confirmed.join(', '));
  const byHand = outcomes.some(({ notes }) => notes.some((note) => note.startsWith('Done by hand')));
  assert.equal(facts.get('Done by hand by'), byHand ? 'Hana Okafor' : undefined);
}

function assertSentence(one: Offboarded, { stepId, title, notes }: Row): void {
  const [note = ''] = notes;
  const said = note.replace(/^Done by hand\. /, '').replace(/ ?Reason: “.*”$/s, '');
  const told = toldOf(one, stepId);
  for (const [sentence, isTrue] of sentences[stepId] ?? []) {
    const found = sentence.exec(said);
    if (found === null) continue;
    assert.ok(isTrue(told, found.slice(1)), `the report says of “${title}”: ${note}`);
    return;
  }
  assert.fail(`nobody knows whether this is true of “${title}”: ${said}`);
}
