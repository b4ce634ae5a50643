import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { laterThan, seenSoon, wholeSecond } from '../clock.ts';
import type { GraphReader } from '../graph/graph.ts';
import { path } from '../graph/path.ts';
import { entraUser, onPremises, who } from '../people/places.ts';
import { definePersonStep } from '../people/step.ts';

const stamp = z.object({ lastPasswordChangeDateTime: z.string().nullish() });
const user = (id: string) => path`/users/${id}?$select=lastPasswordChangeDateTime`;

/** The old password stops working; the new one exists for the length of one request and is known to nobody. */
export const resetPassword = definePersonStep({
  id: 'reset-password',
  title: 'Reset password',
  does: 'Sets a random password that is never stored or shown.',
  permissions: ['User.Read.All', 'User-PasswordProfile.ReadWrite.All'],
  directoryRole: 'always',
  before: stamp,

  appliesTo({ external, synced }) {
    if (external) return { notNeeded: 'Their account lives in another organization, and its password with it.' };
    return synced ? { byHand: 'Reset the password in the on-premises directory, which owns it.' } : null;
  },
  async preview({ subject, graph }) {
    return {
      before: await graph.read(user(subject.id), stamp),
      changes: [{ says: 'Password: replaced by a random one that nobody knows', touches: [subject.id] }],
    };
  },
  async run({ subject, graph, attempt }, before) {
    const isReset = async () => ((await wasReset(graph, subject.id, before)) ? true : null);
    if (attempt > 1 && (await seenSoon(isReset))) return;
    await laterThan(before.lastPasswordChangeDateTime);
    await graph.patch(path`/users/${subject.id}`, {
      passwordProfile: { password: randomPassword(), forceChangePasswordNextSignIn: true },
    });
  },
  async verify({ subject, graph }, before) {
    return (await wasReset(graph, subject.id, before))
      ? { proved: 'The password was replaced.' }
      : { notYet: 'The date of the last password change is still the old one.' };
  },
  byHand(subject) {
    if (subject.synced)
      // Twice, so that no hash of the old one is left to sign in with (learn.microsoft.com, "Revoke user access").
      return onPremises(
        subject,
        ['Right-click, Reset Password; type a long random one and keep it nowhere. Do so twice.'],
        null,
      );
    return {
      who: who.userAdmin,
      ...entraUser(subject),
      clicks: ['Reset password.', 'Keep the new password nowhere.'],
      command: null,
    };
  },
  async verifyByHand({ subject, graph }, since) {
    const { lastPasswordChangeDateTime: now } = await graph.read(user(subject.id), stamp);
    return now != null && Date.parse(now) >= wholeSecond(since)
      ? { proved: 'The password was replaced.' }
      : { notYet: 'The date of the last password change is from before.' };
  },
  cannotUndo: 'Nobody knows the old password: to come back, the person gets a new one.',
});

const alphabets = ['ABCDEFGHJKLMNPQRSTUVWXYZ', 'abcdefghijkmnopqrstuvwxyz', '23456789', '!#%+:=?@_-'] as const;

/** 48 characters, of which each kind that a password policy asks for has at least one. */
function randomPassword(): string {
  const all = alphabets.join('');
  const pick = (from: string) => from.charAt(randomInt(from.length));
  const picked = [...alphabets.map(pick), ...Array.from({ length: 44 }, () => pick(all))];
  for (let i = picked.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [picked[i], picked[j]] = [picked[j] ?? '', picked[i] ?? ''];
  }
  return picked.join('');
}

async function wasReset(graph: GraphReader, id: string, before: z.output<typeof stamp>): Promise<boolean> {
  const { lastPasswordChangeDateTime: now } = await graph.read(user(id), stamp);
  const then = before.lastPasswordChangeDateTime;
  return now != null && (then == null || Date.parse(now) > Date.parse(then));
}
