import { z } from 'zod';
import { laterThan, seenSoon, wholeSecond } from '../clock.ts';
import type { GraphReader } from '../graph/graph.ts';
import { path } from '../graph/path.ts';
import { entraUser, who } from '../people/places.ts';
import { definePersonStep } from '../people/step.ts';

const stamp = z.object({ signInSessionsValidFromDateTime: z.string().nullish() });
type Stamp = z.output<typeof stamp>;
const reset = stamp.extend({ lastPasswordChangeDateTime: z.string().nullish() });
const user = (id: string) => path`/users/${id}?$select=signInSessionsValidFromDateTime`;

/** Comes after the block and the new password: before them, a program that knows the old one could sign in again at once. */
export const revokeSessions = definePersonStep({
  id: 'revoke-sessions',
  title: 'End sessions',
  does: 'Ends the sessions with Microsoft 365: whoever is signed in has to sign in again, at the latest when an app’s access token runs out after about an hour. Sessions that other apps keep for themselves are theirs to end.',
  permissions: ['User.Read.All', 'User.RevokeSessions.All'],
  before: stamp,

  appliesTo({ external }) {
    return external
      ? { notNeeded: 'Microsoft 365 can’t end their sessions: their account lives in another organization.' }
      : null;
  },
  async preview({ subject, graph }) {
    return {
      before: await graph.read(user(subject.id), stamp),
      changes: [{ says: 'Sessions: all ended', touches: [subject.id] }],
    };
  },
  async run({ subject, graph, attempt }, then) {
    const isEnded = async () => ((await wereEndedAfterReset(graph, subject.id, then)) ? true : null);
    if (attempt > 1 && (await seenSoon(isEnded))) return;
    await laterThan(then.signInSessionsValidFromDateTime);
    await graph.post(path`/users/${subject.id}/revokeSignInSessions`, {});
  },
  async verify({ subject, graph }, then) {
    return isLater(await graph.read(user(subject.id), stamp), then)
      ? { proved: 'Whoever was signed in has to sign in again.' }
      : { notYet: 'Sessions from before go on.' };
  },
  byHand(subject) {
    return { who: who.userAdmin, ...entraUser(subject), clicks: ['Revoke sessions.', 'Yes.'], command: null };
  },
  async verifyByHand({ subject, graph }, since) {
    const { signInSessionsValidFromDateTime: now } = await graph.read(user(subject.id), stamp);
    const later = now != null && Date.parse(now) >= wholeSecond(since);
    return later
      ? { proved: 'Whoever was signed in has to sign in again.' }
      : { notYet: 'Sessions from before go on.' };
  },
  cannotUndo: 'Ended sessions stay ended: the person signs in again.',
});

const isLater = ({ signInSessionsValidFromDateTime: now }: Stamp, then: Stamp): boolean =>
  now != null &&
  (then.signInSessionsValidFromDateTime == null || Date.parse(now) > Date.parse(then.signInSessionsValidFromDateTime));

/** A new password moves the moment as well: after a lost answer, that must not be taken for the end of the sessions. */
async function wereEndedAfterReset(graph: GraphReader, id: string, then: Stamp): Promise<boolean> {
  const now = await graph.read(
    path`/users/${id}?$select=signInSessionsValidFromDateTime,lastPasswordChangeDateTime`,
    reset,
  );
  const { lastPasswordChangeDateTime: changed } = now;
  return isLater(now, then) && (changed == null || isLater(now, { signInSessionsValidFromDateTime: changed }));
}
