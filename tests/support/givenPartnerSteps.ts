import type { Given } from './given.ts';

const oneTenant = 'there is one tenant, and it is as it is when the step comes to it';

/** What the steps of a partner's playbook are tried on. */
export const givenPartnerSteps: Record<string, Given> = {
  'check-own-administrators': { partner: 'Relecloud', nothingCanCome: 'people do it, and no app' },
  'replace-licenses': { partner: 'Wide World Importers', nothingCanCome: 'people do it, and no app' },
  'stop-account-sync': { partner: 'Trey Research', nothingCanCome: oneTenant },
  'block-partner-tenant': { partner: 'Relecloud', nothingCanCome: oneTenant },
  'block-partner-tenant-again': { partner: 'Relecloud', nothingCanCome: oneTenant },
  'block-by-conditional-access': {
    partner: 'Relecloud',
    nothingCanCome: oneTenant,
    once: true,
    doubledWhileOld: 'a second policy of the same name says the same, and undo takes both away',
  },
  'end-delegated-admin': { partner: 'Relecloud', nothingCanCome: 'people do it, and no app' },
  'end-delegated-admin-first': {
    partner: 'Relecloud',
    change: ({ partners }) => void Object.assign(partners.is, { securityDefaults: true }),
    nothingCanCome: 'people do it, and no app',
  },
};
