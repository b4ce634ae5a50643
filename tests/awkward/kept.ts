import assert from 'node:assert/strict';
import type { TenantData } from '../../infra/local/tenant/server.ts';
import { type Expectation, everybody, type Promised, takenOnce } from './expectations.ts';
import { type Difference, differences, type Facts, factsOf, hasArea, isWithin, named } from './facts.ts';
import type { Offboarded } from './offboard.ts';
import { expectationsOf } from './promises.ts';

const isSamePlace = (one: Expectation, other: Expectation): boolean =>
  'becomes' in one && 'becomes' in other && one.path === other.path;

/** Compares what the plan card promised with what has become of the tenant, both ways. */
export function assertKept(one: Offboarded): void {
  const before = factsOf(one.before);
  const after = factsOf(asBeforeDeletion(one));
  const problems: string[] = [];
  const expected: { line: string; expectation: Expectation }[] = [];
  const promised = promisedBy(one);
  for (const row of one.planned) {
    const outcome = outcomeOf(one, row.stepId);
    if (outcome === 'skipped' || outcome === 'failed') continue;
    if (row.lines.length > 0 && outcome !== 'proved' && outcome !== 'ordered')
      problems.push(`${row.stepId} promised a change, and came out as “${outcome}”`);
    for (const line of row.lines) {
      try {
        for (const expectation of expectationsOf(row.stepId, line, promised)) expected.push({ line, expectation });
      } catch (error) {
        problems.push(`promised “${line}”: ${(error as Error).message}`);
      }
    }
  }
  for (const [index, { line, expectation }] of expected.entries()) {
    // Forwarding is stopped, and set anew to the successor: the later step has the last word, and may put back what was.
    const other = expected.findLastIndex(
      (next) => next.expectation !== expectation && isSamePlace(next.expectation, expectation),
    );
    if (
      other > index ||
      (other >= 0 && 'becomes' in expectation && after.get(expectation.path) === expectation.becomes)
    )
      continue;
    const broken = whatIsBroken(expectation, before, after, one.after);
    if (broken !== null) problems.push(`promised “${line}”, but ${broken}`);
  }
  const unpromised = differences(before, after).filter(
    (change) =>
      !expected.some(({ expectation }) => isWithin(change.path, areaOf(expectation))) && !isByHand(one, change),
  );
  problems.push(
    ...withoutUntold(one, unpromised).map(({ path, was, now }) => `not promised: ${path}: ${was} → ${now}`),
  );
  assert.deepEqual(
    problems.map((problem) => named(problem, one.before)),
    [],
  );
}

function promisedBy({ before, person, requested, caseId }: Offboarded): Promised {
  const successor = before.users.find(({ id, userPrincipalName }) =>
    [id, userPrincipalName].includes(requested.successor ?? ''),
  );
  return { before, person, successor, caseId, once: takenOnce() };
}

const outcomeOf = ({ reported }: Offboarded, stepId: string): string =>
  reported.find((row) => row.stepId === stepId && row.section === 'Proof')?.state ?? 'nothing';

/** A deleted person is looked at as if they were still there. */
function asBeforeDeletion({ after, before, person }: Offboarded): TenantData {
  const deleted = after.deletedUsers.find(({ user }) => user.id === person.id);
  if (deleted === undefined) return after;
  const marked = {
    ...after,
    users: [...after.users, { ...deleted.user, userPrincipalName: person.userPrincipalName }],
    deletedUsers: after.deletedUsers.filter((one) => one !== deleted),
    deleted: [person.id],
  };
  assert.ok(!everybody(before).some((one) => one.id === person.id && !before.users.includes(one)));
  return marked;
}

function areaOf(expectation: Expectation): string {
  if ('gone' in expectation) return expectation.gone;
  if ('came' in expectation) return expectation.came;
  if ('later' in expectation) return expectation.later;
  return 'area' in expectation ? expectation.area : expectation.path;
}

function whatIsBroken(expectation: Expectation, before: Facts, after: Facts, data: TenantData): string | null {
  const area = areaOf(expectation);
  const [was, now] = [hasArea(before, area), hasArea(after, area)];
  if ('gone' in expectation) return was && !now ? null : was ? `${area} is still there` : `${area} never was there`;
  if ('came' in expectation) return !was && now ? null : now ? `${area} was there before` : `${area} is not there`;
  if ('area' in expectation) return expectation.holds(data) ? null : `${area} is not as promised`;
  const then = before.get(area);
  const value = after.get(area) ?? 'nothing';
  if ('later' in expectation)
    return then === 'null' || Date.parse(value) > Date.parse(then ?? '') ? null : `${area} is still ${value}`;
  return then !== expectation.becomes && value === expectation.becomes ? null : `${area} was ${then} and is ${value}`;
}

/** What an administrator did by hand is theirs, as long as it is as they left it. */
const isByHand = ({ byHand, planned, person }: Offboarded, { path, now }: Difference): boolean =>
  byHand.some((done) => done.path === path && done.now === now) ||
  (path === `deleted[${person.id}]` &&
    planned.some(({ stepId, mark }) => stepId === 'delete-account' && mark === '✋'));

/** A long list is cut short on the card, which says how many more there are: exactly so many. */
function withoutUntold({ planned, person }: Offboarded, unpromised: Difference[]): Difference[] {
  const untold = planned.reduce((sum, row) => sum + row.untold, 0);
  if (untold === 0) return unpromised;
  const left = unpromised.filter(({ path, now }) => path.endsWith(`.members[${person.id}]`) && now === undefined);
  return left.length === untold ? unpromised.filter((change) => !left.includes(change)) : unpromised;
}
