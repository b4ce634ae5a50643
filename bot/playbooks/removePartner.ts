import type { Playbook } from '../engine/playbook.ts';
import { type PartnerOptions, partnerChoices } from '../partners/choices.ts';
import { partner } from '../partners/kind.ts';
import type { PartnerStep } from '../partners/step.ts';
import type { PartnerSubject } from '../partners/subject.ts';
import { blockByConditionalAccess } from '../steps/blockByConditionalAccess.ts';
import { blockPartnerTenant } from '../steps/blockPartnerTenant.ts';
import { blockPartnerTenantAgain } from '../steps/blockPartnerTenantAgain.ts';
import { checkOwnAdministrators } from '../steps/checkOwnAdministrators.ts';
import { endDelegatedAdmin } from '../steps/endDelegatedAdmin.ts';
import { endDelegatedAdminFirst } from '../steps/endDelegatedAdminFirst.ts';
import { replaceLicenses } from '../steps/replaceLicenses.ts';
import { stopAccountSync } from '../steps/stopAccountSync.ts';

export const removePartner: Playbook<PartnerSubject, PartnerOptions, PartnerStep> = {
  id: 'remove-partner',
  prefix: 'PRT',
  title: 'Remove a partner',
  words: {
    verb: 'remove the partner',
    title: (name) => `Remove ${name}`,
    done: (name) => `${name} is removed as a partner`,
    stopped: (name) => `The removal of ${name} was stopped`,
  },
  subject: partner,
  choices: partnerChoices,
  receivers: () => [],
  shutsOut: [blockPartnerTenant, blockByConditionalAccess],
  stages: [
    {
      // Nobody is shut out before it is sure who can still get in.
      title: 'Your own keys',
      steps: [{ step: checkOwnAdministrators }],
    },
    { title: 'Licenses', steps: [{ step: replaceLicenses }] },
    {
      title: 'Contain',
      steps: [
        // Guests that were taken away would be made again.
        { step: stopAccountSync },
        { step: blockPartnerTenant },
        { step: blockByConditionalAccess },
        { step: endDelegatedAdminFirst },
      ],
    },
    { title: 'End delegated administration', steps: [{ step: endDelegatedAdmin }] },
    { title: 'Elsewhere', steps: [{ step: blockPartnerTenantAgain }] },
  ],
};
