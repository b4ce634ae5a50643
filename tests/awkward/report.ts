import assert from 'node:assert/strict';
import { placedSteps } from '../../bot/engine/playbook.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';
import { below, factsOn, type Row, wordsOf } from './cards.ts';
import { assertKept } from './kept.ts';
import type { Offboarded } from './offboard.ts';
import { sentences, toldOf } from './sentences.ts';
import { assertStays } from './stays.ts';

/** What was done stands in one place, what stays of it for people in another. */
const stays = ({ mark }: Row): boolean => mark === '✋';

/** The plan was agreed to once, kept to the letter, and reported as it was. */
export function assertHonest(one: Offboarded): void {
  assert.equal(one.plans, 1, 'the plan had to be agreed to again');
  assertKept(one);
  assertReportTrue(one);
}

/** Holds every sentence of the report against the tenant. */
function assertReportTrue(one: Offboarded): void {
  const outcomes = one.reported.filter((row) => !stays(row));
  assert.deepEqual(
    outcomes.map(({ stepId }) => stepId).sort(),
    placedSteps(offboardPerson)
      .map(({ step }) => step.id)
      .sort(),
    'every step stands in exactly one section',
  );
  assertHead(one, outcomes);
  for (const row of outcomes) {
    if (row.section === 'Done and proved' || row.section === 'Not needed') assertSentence(one, row);
    else if (row.section === 'Skipped') {
      assert.equal(row.notes.length, 1);
      assert.match(
        row.notes[0] ?? '',
        /^Skipped by Arno Lindqvist(\.$| after it had failed: .+ nothing was changed|.*Convert it and retry, or skip this step\.$)/,
      );
    } else if (row.section === 'Done by hand, on somebody’s word')
      assert.match(row.notes.join(' '), /^Done by hand, says Hana Okafor: “.+”/s);
    else assert.fail(`${row.title} stands under “${row.section}”`);
  }
  assertStays(
    one,
    one.reported.filter(stays).map(({ stepId, notes }) => ({ stepId, lines: notes })),
  );
  const irrevocable = below(one.report, 'What can’t be undone').map((line) => line.slice(0, line.indexOf(':')));
  for (const title of irrevocable)
    assert.ok(
      outcomes.some((row) => row.title === title && row.section === 'Done and proved'),
      `${title} can’t be undone, but was not done`,
    );
}

function assertHead(one: Offboarded, outcomes: Row[]): void {
  const count = (section: string) => outcomes.filter((row) => row.section === section).length;
  const words = wordsOf(one.report);
  const skipped = count('Skipped');
  const heading = `${one.person.displayName} is offboarded${skipped > 0 ? ', but for what was skipped' : ''}`;
  assert.ok(words.includes(heading), `the report says “${words[0]}”`);
  const status = words.find((text) => text.includes('The case is finished')) ?? '';
  const told = (what: RegExp): number => Number(what.exec(status)?.[1] ?? 0);
  assert.equal(told(/(\d+) steps? proved/), count('Done and proved'), status);
  assert.equal(told(/(\d+) done on somebody’s word/), count('Done by hand, on somebody’s word'), status);
  assert.equal(told(/(\d+) skipped/), skipped, status);
  assert.equal(told(/(\d+) with something/), one.reported.filter(stays).length, status);
  const facts = factsOn(one.report);
  const approvers = one.approvals === 2 ? ['Arno Lindqvist', 'Priya Raman'] : ['Arno Lindqvist'];
  assert.match(facts.get('Asked for by') ?? '', /^Hana Okafor, /);
  assert.deepEqual(
    facts
      .get('Approved by')
      ?.split('; ')
      .map((text) => text.slice(0, text.indexOf(','))),
    approvers,
  );
  // The requester says Done; an approver and a second one confirm.
  const confirmed = (facts.get('Confirmed by') ?? '').split(', ');
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
