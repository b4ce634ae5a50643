import assert from 'node:assert/strict';
import { placedSteps } from '../../bot/engine/playbook.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';

const stageOf = (id: string): number =>
  offboardPerson.stages.findIndex(({ steps }) => steps.some(({ step }) => step.id === id));
const placed = new Map(placedSteps(offboardPerson).map((one) => [one.step.id, one]));
const waitsFor = (id: string): string[] => (placed.get(id)?.after ?? []).map((step) => step.id);

/** Straight away, or because what it waits for does. */
function comesAfter(later: string, earlier: string): boolean {
  assert.ok(placed.has(later) && placed.has(earlier), `${later}, ${earlier}`);
  if (stageOf(later) !== stageOf(earlier)) return stageOf(later) > stageOf(earlier);
  return waitsFor(later).some((id) => id === earlier || comesAfter(id, earlier));
}

/** Each with what must not come before, and why. */
const promises: [why: string, earlier: string, ...later: string[]][] = [
  [
    'Graph refuses to touch who holds a role above the app’s',
    'remove-directory-roles',
    'block-sign-in',
    'reset-password',
    'remove-sign-in-methods',
  ],
  [
    'who may switch a membership on would be back in the group',
    'remove-privileged-groups',
    'remove-directory-roles',
    'block-sign-in',
  ],
  ['a program that knows the old password would sign in again', 'block-sign-in', 'revoke-sessions'],
  ['a new password ends what the old one began', 'reset-password', 'revoke-sessions'],
  [
    'what is on hold can’t be lost',
    'hold-mailbox',
    'remove-mail-rules',
    'remove-forwarding',
    'cancel-meetings',
    'convert-mailbox',
    'export-content',
    'remove-licenses',
    'delete-account',
  ],
  ['a mailbox tells of its phones while it is one', 'remove-mobile-partnerships', 'convert-mailbox', 'remove-licenses'],
  ['a shared mailbox without a license can’t cancel', 'cancel-meetings', 'convert-mailbox'],
  ['the successor gets the mailbox as it stays', 'convert-mailbox', 'delegate-mailbox'],
  ['a mailbox without a license is deleted after 30 days', 'convert-mailbox', 'remove-licenses'],
  ['who has no license has no phone number either', 'release-phone-number', 'remove-licenses'],
  ['an export is of what is still there', 'export-content', 'remove-licenses', 'delete-account'],
  ['who owns a team must be in it', 'hand-over-groups', 'remove-group-memberships'],
];

describe('the order of offboarding a person', () => {
  for (const [why, earlier, ...later] of promises) {
    for (const one of later) {
      it(`puts ${one} after ${earlier}: ${why}`, () => {
        assert.ok(comesAfter(one, earlier));
        assert.ok(!comesAfter(earlier, one));
      });
    }
  }

  it('deletes last of all', () => {
    const last = offboardPerson.stages.at(-1);
    assert.deepEqual(
      last?.steps.map(({ step }) => step.id),
      ['delete-account'],
    );
  });

  it('waits for nothing in another stage: stages come one after the other', () => {
    for (const id of placed.keys())
      for (const other of waitsFor(id)) assert.equal(stageOf(other), stageOf(id), `${id} waits for ${other}`);
  });

  it('lets roles be taken away, sessions end and devices be disabled without waiting for people who do elsewhere what comes before', () => {
    const patient = [...placed.values()].filter(({ waitsForHands }) => waitsForHands === false);
    assert.deepEqual(
      patient.map(({ step }) => step.id),
      ['remove-directory-roles', 'revoke-sessions', 'disable-devices'],
    );
  });
});
