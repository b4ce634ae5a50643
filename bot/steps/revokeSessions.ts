import { z } from 'zod';
import { laterThan, seenSoon, wholeSecond } from '../clock.ts';
import type { GraphReader } from '../graph/graph.ts';
import { path } from '../graph/path.ts';
import { entraUser, who } from '../people/places.ts';
import { definePersonStep } from '../people/step.ts';

const stamp = z.object({ signInSessionsValidFromDateTime: z.string().nullish() });
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
  async run({ subject, graph, clock, attempt }, before) {
    const isEnded = async () => ((await wereEnded(graph, subject.id, before)) ? true : null);
    if (attempt > 1 && (await seenSoon(isEnded))) return;
    // A new password moves this moment as well, and may have done so in this very second.
    await laterThan(before.signInSessionsValidFromDateTime, clock);
    await graph.post(path`/users/${subject.id}/revokeSignInSessions`, {});
  },
  async verify({ subject, graph }, before) {
    return (await wereEnded(graph, subject.id, before))
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

async function wereEnded(graph: GraphReader, id: string, before: z.output<typeof stamp>): Promise<boolean> {
  const { signInSessionsValidFromDateTime: now } = await graph.read(user(id), stamp);
  const then = before.signInSessionsValidFromDateTime;
  return now != null && (then == null || Date.parse(now) > Date.parse(then));
}
