import { z } from 'zod';
import { answer } from '../cards/answer.ts';
import { earlier } from '../cards/earlier.ts';
import { partnerChoice } from '../cards/partnerList.ts';
import { nameOf, openCase } from '../cases/cases.ts';
import { earlierCase } from '../cases/earlier.ts';
import { Refusal } from '../errors.ts';
import { findPartner } from '../partners/findPartner.ts';
import { readPartnerNotes } from '../partners/notes.ts';
import { removePartner } from '../playbooks/removePartner.ts';
import { askers, defineCommand, type Reply } from './command.ts';
import { lookInTime } from './partners.ts';

interface Wish {
  /** A name, a domain or a tenant id. */
  who: string;
  /** It is known that there was a case before. */
  again: boolean;
  tapped: boolean;
}

const flag = z.union([z.boolean(), z.stringbool()]).default(false);

export const remove = defineCommand<Wish>({
  name: 'remove',
  does: 'Takes a partner out: contains what it can do here, then ends delegated administration, and removes roles, apps, guests and what else it holds. Two approvers agree.',
  roles: askers,
  words: {
    usage: 'remove partner NAME, DOMAIN or TENANT-ID',
    example: 'remove partner contoso.com',
    read({ text }) {
      const [, who] = /^(?:the )?partner\b\s*(.*)$/i.exec(text) ?? [];
      if (who === undefined)
        throw new Refusal(
          'what',
          `Remove what? Write “remove partner ${text || 'contoso.com'}” for a partner, or “offboard ${text || 'jane@contoso.com'}” for a person.`,
        );
      if (who === '')
        throw new Refusal('whom', 'Which partner? Type “partners” to see them, then “remove partner NAME”.');
      if (who.length > 200)
        throw new Refusal('too-long', 'That is too long for a name. Write “remove partner contoso.com”.');
      return { who, again: false, tapped: false };
    },
  },
  data: z
    .object({ key: z.string().min(1).max(300), again: flag })
    .transform(({ key, again }) => ({ who: key, again, tapped: true })),

  async run(desk, who, wish) {
    await desk.roles.require(who, askers, 'remove partners');
    const look = await lookInTime(desk, { who: wish.who, again: false });
    const seen = look.seen(await readPartnerNotes(desk.runtime.db));
    const found = findPartner(seen, wish.who);
    const [one, another] = found;
    if (one === undefined || another !== undefined)
      return { card: partnerChoice(wish.who, found, seen, desk.runtime.clock.now()) };
    const shown = (card: ReturnType<typeof answer>): Reply => (wish.tapped ? { instead: card } : { card });
    // Whoever is one of theirs learns nothing of a case, not even that there is one.
    await desk.runtime.subjects.read(removePartner, { subjectId: one.key, requesterId: who.id });
    const before = await earlierCase(desk.runtime, one.key);
    if (before !== null && (before.isOpen || !wish.again))
      return shown(earlier(before, { title: 'Remove again', verb: 'remove', data: { key: one.key, again: true } }));
    const row = await openCase(desk, removePartner, {
      actor: who,
      origin: who.origin,
      subjectId: one.key,
      urgent: false,
    });
    const text = `${nameOf(desk, row)}: looking at what ${one.name} has. The plan comes in a moment; nothing is changed.`;
    return wish.tapped ? { instead: answer(`Remove ${one.name}`, [text]) } : { text };
  },
});
