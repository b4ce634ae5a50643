import type { Person } from './person.ts';

/** What the requester may write for the successor's name and address. */
export const successorWord = '{successor}';

const addressOf = ({ mail, userPrincipalName }: Person): string => mail ?? userPrincipalName;
const reachOf = (person: Person): string => `${person.displayName} (${addressOf(person)})`;

/** Whether whoever reads the text will turn to them. */
export const sendsTo = (text: string, person: Person): boolean => text.includes(addressOf(person));

/** The text with the successor's name and address in it. */
export function withSuccessor(text: string, successor: Person | null): string {
  return successor === null ? text : text.replaceAll(successorWord, reachOf(successor));
}

/** The text as the plan card offers it for editing: another successor can still be chosen. */
export function forEditing(text: string, successor: Person | null): string {
  return successor === null ? text : text.replaceAll(reachOf(successor), successorWord);
}
