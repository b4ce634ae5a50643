import type { Playbook } from '../engine/playbook.ts';
import { blockSignIn } from '../steps/blockSignIn.ts';
import { deleteAccount } from '../steps/deleteAccount.ts';
import { removeGroupMemberships } from '../steps/removeGroupMemberships.ts';
import { removeLicenses } from '../steps/removeLicenses.ts';
import { removeSignInMethods } from '../steps/removeSignInMethods.ts';
import { resetPassword } from '../steps/resetPassword.ts';
import { revokeSessions } from '../steps/revokeSessions.ts';
import { setAutoReply } from '../steps/setAutoReply.ts';

export const offboardPerson: Playbook = {
  id: 'offboard-person',
  prefix: 'OFF',
  title: 'Offboard a person',
  stages: [
    {
      title: 'Cut off access',
      steps: [
        { step: blockSignIn },
        { step: resetPassword },
        { step: revokeSessions, after: [blockSignIn, resetPassword] },
        { step: removeSignInMethods },
      ],
    },
    { title: 'Keep what is the company’s', steps: [{ step: setAutoReply }] },
    { title: 'Take away access', steps: [{ step: removeGroupMemberships }] },
    { title: 'Release licenses', steps: [{ step: removeLicenses }] },
    { title: 'Delete', steps: [{ step: deleteAccount }] },
  ],
};
