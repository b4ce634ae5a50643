import { inWords } from '../clock.ts';
import type { SubjectKind } from '../engine/subject.ts';
import type { Options } from './choices.ts';
import { type Subject, subjectSchema } from './person.ts';
import { readPerson, readPersonBack } from './protection.ts';

/** A person of the organization, or from outside. */
export const person: SubjectKind<Subject, Options> = {
  schema: subjectSchema,
  read: readPerson,
  readBack: readPersonBack,
  isGone: ({ deleted }) => deleted,
  // Under its old name: plans that were agreed to before it was called otherwise stay agreed to.
  binds: ({ id, external, synced, ...rest }) => ({ id, privileged: isPrivileged(rest), guest: external, synced }),
  // When somebody signed in last and whose the mailbox is are for people to read, and change by the hour or by a step.
  matters: ({ lastSignIn, mailboxOf, ...rest }) => rest,

  outgrew(agreed, now) {
    // Less privileged is what the first stage is for; the agreement of two people covers it.
    const rose = isPrivileged(now) && !isPrivileged(agreed);
    return rose || now.external !== agreed.external || now.synced !== agreed.synced
      ? `${now.displayName}’s account is no longer what it was when the plan was approved.`
      : null;
  },

  approvalsNeeded: (subject) => (isPrivileged(subject) ? 2 : 1),

  isOf: ({ id }, personId) => id === personId,

  conflict: ({ id }, { successor }, actorId) => {
    if (actorId === id) return 'are the one who leaves';
    return actorId === successor?.id ? 'are the successor' : null;
  },

  about({ displayName, userPrincipalName, jobTitle, department, ...rest }) {
    return {
      unmistakable: `${displayName} (${userPrincipalName})`,
      line: [[jobTitle, department].filter(Boolean).join(', '), userPrincipalName].filter(Boolean).join(' · '),
      facts: factsOf(rest),
    };
  },

  warnings({ external, synced, mailboxOf, ...rest }, { successor }, requesterId) {
    return [
      mailboxOf === null ? '' : mailboxWords[mailboxOf],
      external ? 'From outside: their account lives in another organization, so some steps do not apply.' : '',
      synced ? 'Comes from the on-premises directory: some changes must be made there.' : '',
      isPrivileged(rest) ? `${rest.privileges.join(' ')} Two approvers must agree before anything is done.` : '',
      successor?.id === requesterId
        ? `${successor.displayName} asked for this and is the successor: mail, files and groups would go to whoever asked.`
        : '',
    ].filter(Boolean);
  },
};

const mailboxWords = {
  shared: 'This is a shared mailbox, which others may work in.',
  room: 'This is the mailbox of a room, which people book.',
  equipment: 'This is the mailbox of equipment, which people book.',
} as const;

const isPrivileged = ({ privileges }: Pick<Subject, 'privileges'>): boolean => privileges.length > 0;

type Known = Pick<Subject, 'manager' | 'accountEnabled' | 'lastSignIn' | 'roles'>;

function factsOf({ manager, accountEnabled, lastSignIn, roles }: Known): { title: string; value: string }[] {
  return [
    { title: 'Manager', value: manager?.displayName ?? 'nobody' },
    ...(accountEnabled ? [] : [{ title: 'Sign-in', value: 'blocked already' }]),
    ...(lastSignIn === null ? [] : [{ title: 'Last sign-in', value: inWords(lastSignIn) }]),
    ...(roles.length > 0 ? [{ title: 'Directory roles', value: roles.join(', ') }] : []),
  ];
}
