import { z } from 'zod';
import type { Role } from '../cases/roles.ts';
import { type Card, defineCard } from './card.ts';
import { shown } from './text.ts';

export const helpCard = defineCard(
  'help',
  z.object({
    heading: shown,
    lead: shown,
    roles: z.array(shown),
    examples: z.array(z.object({ say: shown, does: shown })),
    commandsHeading: shown,
    commands: z.array(z.object({ usage: shown, does: shown })),
    next: shown,
  }),
);

type Roles = ReadonlySet<Role>;

const what =
  'Signoff takes people and partners out of Microsoft 365 when they leave. Each change is shown before it is made, approved, proved and kept on record.';

const may: Record<Role, string> = {
  helpdesk:
    'You are of the helpdesk: you ask for people and partners to be taken out, follow their cases, and say when something is done by hand.',
  approver: 'You are an approver: you decide on plans and stages, but never on what you asked for yourself.',
  admin:
    'You are a Signoff admin: you ask for people and partners to be taken out, see every case, and may cancel any.',
};

const are: Record<Role, string> = { helpdesk: 'of the helpdesk', approver: 'an approver', admin: 'a Signoff admin' };

type Example = { say: string; does: string };
const offboard = {
  say: 'offboard jane@contoso.com',
  does: 'Shows what would change. Nothing is done before an approver agrees.',
};
const waiting = { say: 'waits for me', does: 'Shows what only you can move on.' };
const cases = { say: 'cases', does: 'Shows what waits for whom, what runs, and what is done.' };
const ofPerson = { say: 'cases jane', does: 'Shows every case about somebody.' };
const status = { say: 'status OFF-42', does: 'Shows where a case stands.' };

function examplesFor(roles: Roles): Example[] {
  const asks = roles.has('helpdesk') || roles.has('admin');
  if (roles.has('approver')) return asks ? [offboard, waiting, status] : [waiting, ofPerson, status];
  return asks ? [offboard, cases, status] : [];
}

const mostAdmins = 3;

/** What somebody may do here, and whom to ask where that is nothing. @param admins their names */
function rolesIn(roles: Roles, admins: readonly string[]): string[] {
  const held = (Object.keys(may) as Role[]).filter((role) => roles.has(role));
  const [only, another] = held;
  if (only !== undefined && another === undefined) return [may[only]];
  if (only !== undefined) {
    const all = held.map((role) => are[role]).join(', ');
    const sentence = `You are ${all.replace(/, (?=[^,]*$)/, ' and ')}.`;
    return [roles.has('approver') ? `${sentence} You never decide on what you asked for yourself.` : sentence];
  }
  const [first, ...more] = admins.slice(0, mostAdmins);
  const whom = first === undefined ? 'your Signoff admin' : [first, ...more].join(' or ');
  return [
    `You have no role in Signoff, so there is nothing that you can do with it. Ask ${whom} if you should have one.`,
  ];
}

const headings = { hello: 'Hello!', thanks: 'You are welcome.', welcome: 'Welcome to Signoff' };

/** An answer to what is no wish: three sentences to type, fit for whoever reads it. */
export function spoken(occasion: keyof typeof headings, roles: Roles, admins: readonly string[]): Card {
  const data = {
    heading: headings[occasion],
    lead: occasion === 'thanks' ? '' : what,
    roles: occasion === 'thanks' && roles.size > 0 ? [] : rolesIn(roles, admins),
    examples: examplesFor(roles),
    commandsHeading: '',
    commands: [],
    next: roles.size > 0 ? 'Type “help” for everything that you can type.' : '',
  };
  return helpCard.render(data, data.heading);
}

export function help(roles: Roles, commands: { usage: string; does: string }[], admins: readonly string[]): Card {
  const data = {
    heading: 'What you can do with Signoff',
    lead: roles.size > 0 ? '' : what,
    roles: rolesIn(roles, admins),
    examples: examplesFor(roles),
    commandsHeading: roles.size > 0 ? 'Everything that you can type' : '',
    commands: roles.size > 0 ? commands : [],
    next:
      roles.size > 0
        ? 'Type it here, or with @Signoff in a channel. CASE is a number like OFF-42, or whom it is about.'
        : '',
  };
  return helpCard.render(data, data.heading);
}
