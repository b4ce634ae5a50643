import { placedSteps } from '../../bot/engine/playbook.ts';
import { offboardPerson } from '../../bot/playbooks/offboardPerson.ts';
import { handsOf } from '../../infra/chaos/hands.ts';
import type { World } from '../support/signoff.ts';
import { offboard, startPromptWorld } from './offboard.ts';
import { assertHonest } from './report.ts';

/** Everybody in the tenant of whom something is not as it mostly is. */
const awkward = [
  'alex.kim2',
  'amara',
  'amelie.roche_litware.com#EXT#@contoso.onmicrosoft.com',
  'arjun',
  'bruno.keller',
  'dariusz',
  'gregor.weiss_fabrikam.com#EXT#@contoso.onmicrosoft.com',
  'hendrik',
  'ingrid',
  'jane',
  'katarzyna',
  'kenji.ito_litware.com#EXT#@contoso.onmicrosoft.com',
  'linh',
  'lizzie.fraser',
  'noor',
  'ottilie',
  'paulina_adatum.com#EXT#@contoso.onmicrosoft.com',
  'rafael',
  'rosalind',
  "sean.o'brien",
  'solveig',
  'stellan',
  'tomasz',
  'wanda',
  'youssef',
  'zoe',
];

const successor = 'luca@contoso.com';
const hands = handsOf(successor, () => new Date());
/** Where nothing can look, somebody’s word is taken. */
const notes = Object.fromEntries(placedSteps(offboardPerson).map(({ step }) => [step.id, 'Done by hand.']));
const wholly = { successor, autoReply: 'They have left.', hold: 'true', cancelMeetings: 'true', exportContent: 'true' };
const ends = {
  shared: { ...wholly, forwardMail: 'true', devices: 'retire' },
  keep: { ...wholly, devices: 'leave' },
  inactive: { ...wholly, devices: 'retire', appData: 'true' },
  delete: { ...wholly, devices: 'wipe', appData: 'true', hold: 'false' },
};

/** Everybody comes to one of the four ends, or to all of them where `EVERYBODY` is set. @param nth this end’s place among the four */
export function offboardEverybody(endState: keyof typeof ends, nth: number): void {
  const isOurs = (index: number) => index % 4 === nth || process.env.EVERYBODY !== undefined;
  describe(`every awkward person, to the end “${endState}”`, () => {
    let world: World;
    before(async () => {
      world = await startPromptWorld();
    });
    after(() => world[Symbol.asyncDispose]());

    for (const who of awkward.filter((_who, index) => isOurs(index)))
      it(who, async () => {
        assertHonest(await offboard(world, { who, inputs: { ...ends[endState], endState }, hands, notes }));
      });
  });
}
