import { z } from 'zod';
import { type Answering, type Choice, type Chosen, oneOf, type Plan, unreadable } from '../engine/choices.ts';
import { Refusal } from '../errors.ts';
import { forEditing, successorWord, withSuccessor } from './autoReply.ts';
import { findPeople } from './findPeople.ts';
import { type Person, personSchema, type Subject } from './person.ts';
import { whyNotSuccessor } from './successor.ts';

const choice = <V, O = unknown>(entry: Choice<Subject, V, O>): Choice<Subject, V, O> => entry;

/** Whoever comes from another organization has mailbox and devices there. */
const hasMailboxHere = ({ external }: Subject): boolean => !external;

/** Nobody who could not take over. */
const managerWhoCan = ({ manager, external }: Subject): Person | null =>
  manager === null || manager.blocked || external ? null : personSchema.parse(manager);

const handingOver = ['hand-over-files', 'hand-over-groups', 'hand-over-apps'];
/** Whoever comes from another organization mostly leaves nothing that somebody could take over. */
const hasSomethingToHandOver = ({ external }: Subject, plan: Plan): boolean =>
  !external ||
  handingOver.some((id) => {
    const planned = plan[id];
    return planned !== undefined && (planned.kind !== 'not-needed' || planned.leaves.length > 0);
  });

/** A yes or no to one step; Teams sends a toggle as a text. */
const toggle = (step: string, label: string, title: string, proposed: boolean, told: string) =>
  choice<boolean>({
    step,
    label,
    seldom: true,
    offeredTo: hasMailboxHere,
    // A case from before there was such an option did not choose it.
    schema: z.boolean().default(false),
    propose: () => proposed,
    input: (value) => ({ kind: 'toggle', value, title }),
    read: (answer) => answer === 'true',
    says: (value) => (value ? { value: told } : null),
  });

const longestReply = 2000;
const endStates = {
  shared: {
    title: 'Shared mailbox; the account stays, blocked',
    told: 'mailbox kept as a shared one; account kept, blocked',
  },
  keep: {
    title: 'No mailbox after 30 days; the account stays, blocked',
    told: 'account kept, blocked; mailbox goes 30 days after its license',
  },
  inactive: {
    title: 'Inactive mailbox on hold; the account is deleted',
    told: 'mailbox held, and kept as an inactive one; account deleted, after two approvers confirm',
  },
  delete: {
    title: 'Delete both; can be restored for 30 days',
    told: 'both deleted at the end, after two approvers confirm',
  },
} as const;
const devices = {
  retire: {
    title: 'Remove company data (ends sign-in to joined PCs)',
    told: 'company data removed; a joined PC takes two approvers',
  },
  wipe: {
    title: 'Erase company devices; company data on personal ones',
    told: 'company devices erased, after two approvers confirm; company data removed from personal ones',
  },
  leave: { title: 'Leave as they are', told: 'left as they are' },
} as const;

/** What the requester chooses on the plan card, in its order. Adding an option is adding an entry. */
export const personChoices = {
  successor: choice<Person | null>({
    label: 'Successor (gets mailbox, files and groups)',
    offeredTo: hasSomethingToHandOver,
    schema: personSchema.nullable(),
    propose: managerWhoCan,
    input: (value, _options, { manager }) => ({
      kind: 'person',
      value: value?.id ?? '',
      name: value?.displayName ?? '',
      placeholder: manager?.blocked ? 'Type a name (the manager’s sign-in is blocked)' : 'Type a name',
    }),
    read: readSuccessor,
    says: (value) => ({ title: 'Successor', value: value?.displayName ?? 'nobody' }),
  }),
  autoReply: choice<string, { successor: Person | null }>({
    label: `Automatic reply (empty for none; ${successorWord} becomes a name and address)`,
    seldom: true,
    offeredTo: hasMailboxHere,
    schema: z.string(),
    propose(subject) {
      const manager = managerWhoCan(subject);
      const text = `${subject.displayName} no longer works here.${manager === null ? '' : ` Please write to ${successorWord}.`}`;
      return withSuccessor(text, manager);
    },
    input: (value, { successor }) => ({ kind: 'text', value: forEditing(value, successor), longest: longestReply }),
    read(answer, { soFar: { successor } }) {
      if (answer.length > longestReply)
        throw new Refusal('inputs', 'The automatic reply can have 2,000 characters at most.');
      if (successor === null && answer.includes(successorWord)) {
        throw new Refusal(
          'no-successor',
          'The automatic reply names {successor}, but nobody is chosen. Choose a successor, or take {successor} out of the text.',
        );
      }
      return withSuccessor(answer, successor);
    },
    says: (value) => (value === '' ? null : { title: 'Automatic reply', value }),
  }),
  /** What becomes of account and mailbox; a shared mailbox needs its account, so these exclude each other. */
  endState: oneOf<Subject, keyof typeof endStates>('Account and mailbox', endStates, 'shared', {
    told: 'Account, mailbox',
    demand: 'Choose what becomes of account and mailbox.',
  }),
  devices: oneOf<Subject, keyof typeof devices>('Devices in Intune', devices, 'leave', {
    told: 'Devices',
    demand: 'Choose what becomes of the devices.',
    unsaid: 'leave',
    offeredTo: hasMailboxHere,
  }),
  appData: toggle(
    'wipe-app-data',
    'Apps on phones',
    'Remove company data from protected apps, also on phones that Intune does not manage',
    false,
    'company data removed from apps on phones',
  ),
  forwardMail: toggle(
    'forward-mail',
    'New mail',
    'Send it to the successor as well, for 90 days',
    false,
    'new mail to the successor as well, for 90 days',
  ),
  cancelMeetings: toggle('cancel-meetings', 'Meetings', 'Cancel the meetings they organize', true, 'meetings canceled'),
  hold: toggle(
    'hold-mailbox',
    'Litigation hold',
    'Nothing in the mailbox can be deleted for good',
    false,
    'litigation hold',
  ),
  exportContent: toggle(
    'export-content',
    'Export',
    'Export mailbox and OneDrive by eDiscovery (takes hours)',
    false,
    'export by eDiscovery',
  ),
};

export type Options = Chosen<typeof personChoices>;

const longestName = 100;

async function readSuccessor(
  chosen: string,
  { subject, askerId, graph, ...looking }: Answering<Subject, unknown>,
): Promise<Person | null> {
  if (chosen === '') return null;
  if (chosen.length > longestName) throw unreadable('successor');
  const { exact, people } = await findPeople(graph, chosen);
  const [one] = people;
  const no = (why: string) => new Refusal('successor', why);
  if (!exact || one === undefined) {
    throw no(
      `Nobody is called “${chosen.slice(0, 60)}”, or several are. Choose the successor from the list, or write their full address.`,
    );
  }
  if (one.id === subject.id)
    throw no(`${one.displayName} is leaving and can’t be their own successor. Choose somebody else.`);
  const why = await whyNotSuccessor(one, { ...looking, reader: askerId });
  if (why !== null) throw no(`${why}. Choose somebody else as successor.`);
  return { id: one.id, displayName: one.displayName, userPrincipalName: one.userPrincipalName, mail: one.mail };
}
