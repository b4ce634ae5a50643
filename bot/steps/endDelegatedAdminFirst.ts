import { defineEndOfDelegation } from '../partners/delegation.ts';

/** Where nothing is proved to keep a service provider out meanwhile, its end is not put off. */
export const endDelegatedAdminFirst = defineEndOfDelegation({
  id: 'end-delegated-admin-first',
  title: 'End delegated administration at once',
  does: 'The same as later, but at once, where Conditional Access can’t keep a service provider out.',
  appliesTo({ isProvider, containment }) {
    if (!isProvider) return { notNeeded: 'They are no service provider.' };
    return containment === 'possible'
      ? { notNeeded: 'Conditional Access can keep them out until it is ended, in a later stage.' }
      : null;
  },
});
