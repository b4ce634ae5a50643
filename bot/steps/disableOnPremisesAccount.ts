import { z } from 'zod';
import { onPremises } from '../people/places.ts';
import { definePersonStep } from '../people/step.ts';

const notSynced = { notNeeded: 'The account does not come from an on-premises directory.' };

/**
 * Blocked in the cloud is blocked at once; for good it is only where the account lives. No app can do it, and nothing waits
 * for it: what is asked of every step beside `byHand` never has anything to do.
 */
export const disableOnPremisesAccount = definePersonStep({
  id: 'disable-on-premises-account',
  title: 'Disable the on-premises account',
  does: 'Has somebody disable the account in the on-premises directory, which a sync would otherwise let in again.',
  permissions: [],
  before: z.object({}),

  appliesTo({ synced }) {
    return synced
      ? {
          byHand:
            'Disable the account in the on-premises directory, which owns it: until then a sync may let the person in again.',
        }
      : notSynced;
  },
  async preview() {
    return notSynced;
  },
  async run() {},
  async verify() {
    return { notYet: 'Signoff can’t see the on-premises directory.' };
  },
  byHand(subject) {
    return onPremises(subject, ['Right-click, Disable Account.'], 'Disable-ADAccount');
  },
  async verifyByHand() {
    // Here the account is blocked already, whatever is done there.
    return null;
  },
  cannotUndo: 'It is done in the on-premises directory, and undone there.',
});
