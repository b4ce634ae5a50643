import type { Playbook } from '../engine/playbook.ts';
import { type Options, personChoices } from '../people/choices.ts';
import { person } from '../people/kind.ts';
import type { Subject } from '../people/person.ts';
import type { PersonStep } from '../people/step.ts';
import { blockSignIn } from '../steps/blockSignIn.ts';
import { cancelMeetings } from '../steps/cancelMeetings.ts';
import { convertMailbox } from '../steps/convertMailbox.ts';
import { delegateMailbox } from '../steps/delegateMailbox.ts';
import { deleteAccount } from '../steps/deleteAccount.ts';
import { disableDevices } from '../steps/disableDevices.ts';
import { disableOnPremisesAccount } from '../steps/disableOnPremisesAccount.ts';
import { exportContent } from '../steps/exportContent.ts';
import { forwardMail } from '../steps/forwardMail.ts';
import { handOverApps } from '../steps/handOverApps.ts';
import { handOverFiles } from '../steps/handOverFiles.ts';
import { handOverGroups } from '../steps/handOverGroups.ts';
import { hideFromAddressList } from '../steps/hideFromAddressList.ts';
import { holdMailbox } from '../steps/holdMailbox.ts';
import { keepMailboxLicense } from '../steps/keepMailboxLicense.ts';
import { releasePhoneNumber } from '../steps/releasePhoneNumber.ts';
import { removeAppAccess } from '../steps/removeAppAccess.ts';
import { removeDirectoryRoles } from '../steps/removeDirectoryRoles.ts';
import { removeDistributionLists } from '../steps/removeDistributionLists.ts';
import { removeForwarding } from '../steps/removeForwarding.ts';
import { removeGroupMemberships } from '../steps/removeGroupMemberships.ts';
import { removeLicenses } from '../steps/removeLicenses.ts';
import { removeMailboxRights } from '../steps/removeMailboxRights.ts';
import { removeMailRules } from '../steps/removeMailRules.ts';
import { removeMobilePartnerships } from '../steps/removeMobilePartnerships.ts';
import { removePrivilegedGroups } from '../steps/removePrivilegedGroups.ts';
import { removeSignInMethods } from '../steps/removeSignInMethods.ts';
import { resetPassword } from '../steps/resetPassword.ts';
import { retireOrWipeDevices } from '../steps/retireOrWipeDevices.ts';
import { revokeConsents } from '../steps/revokeConsents.ts';
import { revokeSessions } from '../steps/revokeSessions.ts';
import { setAutoReply } from '../steps/setAutoReply.ts';
import { wipeAppData } from '../steps/wipeAppData.ts';

export const offboardPerson: Playbook<Subject, Options, PersonStep> = {
  id: 'offboard-person',
  prefix: 'OFF',
  title: 'Offboard a person',
  words: {
    verb: 'offboard',
    title: (name) => `${name} leaves`,
    done: (name) => `${name} is offboarded`,
    stopped: (name) => `Offboarding of ${name} was stopped`,
  },
  subject: person,
  choices: personChoices,
  receivers: ({ successor }) => (successor === null ? [] : [successor]),
  handsOver: [delegateMailbox, forwardMail, handOverFiles, handOverGroups, handOverApps],
  shutsOut: [blockSignIn, disableOnPremisesAccount, resetPassword, revokeSessions],
  stages: [
    {
      title: 'Lock out',
      steps: [
        { step: removePrivilegedGroups },
        // Who leaves a group could switch themselves into it again.
        { step: removeDirectoryRoles, after: [removePrivilegedGroups], waitsForHands: false },
        // Beside the block, which waits for nothing that it need not wait for: a rule takes hours to be looked at again.
        { step: keepMailboxLicense },
        { step: blockSignIn, after: [removeDirectoryRoles] },
        { step: disableOnPremisesAccount },
        { step: resetPassword, after: [removeDirectoryRoles] },
        // A block or reset in the on-premises directory may take days; sessions end now, and can't be renewed once it is made.
        { step: revokeSessions, after: [blockSignIn, resetPassword], waitsForHands: false, onceAnswered: true },
        { step: removeSignInMethods, after: [removeDirectoryRoles] },
        { step: wipeAppData },
        { step: retireOrWipeDevices },
        // One that is disabled no longer asks Intune what to do.
        { step: disableDevices, after: [retireOrWipeDevices], waitsForHands: false },
      ],
    },
    {
      title: 'Mail and files',
      steps: [
        { step: holdMailbox },
        { step: removeMailRules, after: [holdMailbox] },
        { step: removeForwarding, after: [holdMailbox] },
        { step: removeMobilePartnerships },
        { step: cancelMeetings, after: [holdMailbox] },
        { step: setAutoReply },
        { step: hideFromAddressList },
        { step: convertMailbox, after: [holdMailbox, cancelMeetings, removeMobilePartnerships] },
        { step: delegateMailbox, after: [convertMailbox] },
        { step: forwardMail, after: [removeForwarding, convertMailbox] },
        { step: releasePhoneNumber },
        { step: handOverFiles },
      ],
    },
    {
      title: 'Groups and apps',
      steps: [
        { step: handOverGroups },
        { step: handOverApps },
        { step: removeGroupMemberships, after: [handOverGroups] },
        { step: removeDistributionLists },
        { step: removeMailboxRights },
        { step: removeAppAccess },
        { step: revokeConsents },
      ],
    },
    {
      // An export takes up to three days, which nobody should have to wait for who still has access.
      title: 'Licenses',
      steps: [{ step: exportContent }, { step: removeLicenses, after: [exportContent], notAfterFailure: true }],
    },
    { title: 'Delete', steps: [{ step: deleteAccount }] },
  ],
};
