import type { Options, Person, Subject } from '../engine/subject.ts';

/** What the requester may write for the successor's name and address. */
export const successorWord = '{successor}';

const reachOf = (person: Person): string => `${person.displayName} (${person.mail ?? person.userPrincipalName})`;

/** The text with the successor's name and address in it. */
export function withSuccessor(text: string, successor: Person | null): string {
  return successor === null ? text : text.replaceAll(successorWord, reachOf(successor));
}

/** The text as the plan card offers it for editing: another successor can still be chosen. */
export function forEditing({ autoReply, successor }: Options): string {
  return successor === null ? autoReply : autoReply.replaceAll(reachOf(successor), successorWord);
}

/** What the plan card proposes: the manager takes over, and the automatic reply names them. */
export function proposedOptions({ displayName, manager }: Subject): Options {
  const text = `${displayName} no longer works here.${manager === null ? '' : ` Please write to ${successorWord}.`}`;
  return {
    successor: manager,
    autoReply: withSuccessor(text, manager),
    endState: 'shared',
    devices: 'retire',
    hold: false,
    cancelMeetings: true,
    exportContent: false,
  };
}
