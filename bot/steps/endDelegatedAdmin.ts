import { defineEndOfDelegation } from '../partners/delegation.ts';

export const endDelegatedAdmin = defineEndOfDelegation({
  id: 'end-delegated-admin',
  title: 'End delegated administration',
  does: 'Has somebody end every relationship (GDAP, DAP) in the admin center, and looks until nothing shows of it.',
  appliesTo: ({ isProvider }) => (isProvider ? null : { notNeeded: 'They are no service provider.' }),
});
