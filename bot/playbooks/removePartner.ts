import type { Playbook } from '../engine/playbook.ts';
import { type PartnerOptions, partnerChoices } from '../partners/choices.ts';
import { partner } from '../partners/kind.ts';
import { letters } from '../partners/letters.ts';
import type { PartnerStep } from '../partners/step.ts';
import type { PartnerSubject } from '../partners/subject.ts';
import { blockByConditionalAccess } from '../steps/blockByConditionalAccess.ts';
import { blockPartnerPeople } from '../steps/blockPartnerPeople.ts';
import { blockPartnerTenant } from '../steps/blockPartnerTenant.ts';
import { blockPartnerTenantAgain } from '../steps/blockPartnerTenantAgain.ts';
import { checkAzure } from '../steps/checkAzure.ts';
import { checkExchange } from '../steps/checkExchange.ts';
import { checkLocalAccounts } from '../steps/checkLocalAccounts.ts';
import { checkOwnAdministrators } from '../steps/checkOwnAdministrators.ts';
import { checkSharing } from '../steps/checkSharing.ts';
import { deletePartnerPeople } from '../steps/deletePartnerPeople.ts';
import { disablePartnerApps } from '../steps/disablePartnerApps.ts';
import { disableUsedPartnerApps } from '../steps/disableUsedPartnerApps.ts';
import { endDelegatedAdmin } from '../steps/endDelegatedAdmin.ts';
import { endDelegatedAdminFirst } from '../steps/endDelegatedAdminFirst.ts';
import { endResellerLink } from '../steps/endResellerLink.ts';
import { provePartnerGone } from '../steps/provePartnerGone.ts';
import { removeConnectedOrganization } from '../steps/removeConnectedOrganization.ts';
import { removePartnerConsents } from '../steps/removePartnerConsents.ts';
import { removePartnerContacts } from '../steps/removePartnerContacts.ts';
import { removePartnerExclusions } from '../steps/removePartnerExclusions.ts';
import { removePartnerGroups } from '../steps/removePartnerGroups.ts';
import { removePartnerOwners } from '../steps/removePartnerOwners.ts';
import { removePartnerRoleGroups } from '../steps/removePartnerRoleGroups.ts';
import { removePartnerRoles } from '../steps/removePartnerRoles.ts';
import { replaceLicenses } from '../steps/replaceLicenses.ts';
import { rotateSecrets } from '../steps/rotateSecrets.ts';
import { stopAccountSync } from '../steps/stopAccountSync.ts';
import { takeOverServices } from '../steps/takeOverServices.ts';
import { waitForComplaints } from '../steps/waitForComplaints.ts';

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
  letters,
  receivers: () => [],
  handsOver: [],
  shutsOut: [
    blockPartnerTenant,
    blockByConditionalAccess,
    blockPartnerPeople,
    disablePartnerApps,
    disableUsedPartnerApps,
  ],
  takenBackTogether: {
    word: 'containment',
    steps: [
      stopAccountSync,
      blockPartnerTenant,
      blockPartnerTenantAgain,
      blockByConditionalAccess,
      removePartnerRoles,
      removePartnerRoleGroups,
      disablePartnerApps,
      disableUsedPartnerApps,
      blockPartnerPeople,
    ],
  },
  stages: [
    {
      // Nobody is shut out before it is sure who can still get in, and who goes on with their work.
      title: 'Your own keys',
      steps: [{ step: checkOwnAdministrators }, { step: takeOverServices }],
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
    {
      title: 'Shut out',
      steps: [
        // Whom a role protects, nobody but a stronger one may block.
        { step: removePartnerRoles },
        { step: removePartnerRoleGroups },
        { step: disablePartnerApps },
        { step: disableUsedPartnerApps },
        { step: blockPartnerPeople, after: [removePartnerRoles, removePartnerRoleGroups] },
      ],
    },
    // Up to here all is taken back in a minute.
    { title: 'Wait', steps: [{ step: waitForComplaints }] },
    { title: 'End delegated administration', steps: [{ step: endDelegatedAdmin }] },
    {
      title: 'Elsewhere',
      steps: [
        { step: blockPartnerTenantAgain },
        { step: endResellerLink },
        { step: checkAzure },
        { step: checkExchange },
        { step: checkSharing },
        { step: checkLocalAccounts },
        { step: rotateSecrets },
      ],
    },
    {
      title: 'Remove',
      steps: [
        { step: removePartnerConsents },
        { step: removePartnerGroups },
        { step: removePartnerOwners },
        { step: removeConnectedOrganization },
        { step: removePartnerContacts },
        { step: removePartnerExclusions },
      ],
    },
    { title: 'Delete', steps: [{ step: deletePartnerPeople }] },
    { title: 'Prove', steps: [{ step: provePartnerGone }] },
  ],
};
