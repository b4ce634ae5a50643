import type { Reading } from '../engine/subject.ts';
import { AppError } from '../errors.ts';
import { type Candidate, findPeople } from './findPeople.ts';
import type { Person } from './person.ts';
import type { ReadContext } from './step.ts';

interface Looking extends Pick<Reading, 'untouchable' | 'subjectsUnderWay'> {
  /** Who will read the reason; null where it is not known. */
  reader: string | null;
}

/** Why somebody can't take over from a person who leaves, without a period; null when they can. */
export async function whyNotSuccessor(
  { id, displayName, guest, external, accountEnabled }: Candidate,
  { untouchable, subjectsUnderWay, reader }: Looking,
): Promise<string | null> {
  if (guest) return `${displayName} is a guest, not somebody of your own organization`;
  if (external) return `${displayName}’s account lives in another organization`;
  if (untouchable.accounts.includes(id))
    return `${displayName} is a break-glass account, which nobody should use every day`;
  if (!accountEnabled) return `${displayName}’s sign-in is blocked`;
  if (!(await subjectsUnderWay()).has(id)) return null;
  // A case does not exist for its own subject, who may be reading this.
  return reader === null || reader === id
    ? `${displayName} can’t take over now`
    : `${displayName} is being offboarded as well`;
}

/** Looks anew at somebody who is about to be given something. @throws AppError when they can't take over (any more) */
export async function requireSuccessor(
  { graph, untouchable, subjectsUnderWay }: ReadContext,
  { id, displayName }: Pick<Person, 'id' | 'displayName'>,
): Promise<void> {
  const [now] = (await findPeople(graph, id)).people;
  const why =
    now === undefined
      ? `${displayName} is no longer in the directory`
      : await whyNotSuccessor(now, { untouchable, subjectsUnderWay, reader: null });
  if (why === null) return;
  throw new AppError(
    'successor-unfit',
    `${why}, so nothing was given to them. Retry once they can, skip this step, or cancel and ask again with another successor.`,
  );
}
