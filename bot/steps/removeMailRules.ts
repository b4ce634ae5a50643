import { z } from 'zod';
import { cameLater } from '../engine/cameLater.ts';
import { powerShell } from '../exchange/exchange.ts';
import { isMissing } from '../graph/failure.ts';
import { path } from '../graph/path.ts';
import { exchangeMailboxes, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';
import { canonicalJson } from '../store/canonicalJson.ts';

const rule = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  sequence: z.number(),
  isEnabled: z.boolean().nullish(),
  isReadOnly: z.boolean().nullish(),
  conditions: z.unknown().optional(),
  actions: z.unknown().optional(),
  exceptions: z.unknown().optional(),
});
type Rule = z.output<typeof rule>;

/** Rules go on working in a shared mailbox: one that forwards or deletes would do so for ever. */
export const removeMailRules = definePersonStep({
  id: 'remove-mail-rules',
  title: 'Remove mail rules',
  does: 'Removes the inbox rules, so that nothing is forwarded, moved or deleted by them.',
  permissions: ['MailboxSettings.ReadWrite'],
  before: z.object({ rules: z.array(rule) }),

  async preview(context) {
    const found = await readRules(context);
    if (found === null) return { notNeeded: 'There is no mailbox.' };
    const rules = found.filter(({ isReadOnly }) => !isReadOnly);
    const leaves = found
      .filter(({ isReadOnly }) => isReadOnly)
      .map(({ displayName }) => `The rule “${displayName}” can only be removed in Outlook.`);
    if (rules.length === 0) return { notNeeded: 'There are no mail rules that could be removed.', leaves };
    return {
      before: { rules },
      changes: rules.map(({ id, displayName }) => ({ says: `Mail rule “${displayName}”: removed`, touches: [id] })),
      leaves,
    };
  },
  async run(context, { rules }) {
    const { subject, graph } = context;
    for (const { id } of (await look(context, rules)).left) {
      try {
        await graph.delete(path`/users/${subject.id}/mailFolders/inbox/messageRules/${id}`);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }
  },
  async verify(context, { rules }) {
    const { left, later } = await look(context, rules);
    if (left.length > 0)
      return { notYet: `Still there: ${left.map(({ displayName }) => `“${displayName}”`).join(', ')}.` };
    const done = rules.length === 1 ? '1 mail rule was removed.' : `${rules.length} mail rules were removed.`;
    return { proved: `${done}${cameLater(later.length, 'mail rule')}` };
  },
  byHand(subject) {
    return {
      who: who.exchangeAdmin,
      ...exchangeMailboxes,
      clicks: [
        `Open Exchange Online PowerShell and paste the line below: the admin center has no page for the rules of ${subject.displayName}.`,
      ],
      command: [
        powerShell('Get-InboxRule', { Mailbox: subject.userPrincipalName }),
        powerShell('Remove-InboxRule', { Confirm: false }),
      ].join(' | '),
    };
  },
  async undo(context, { rules }) {
    const there = (await readRules(context)) ?? [];
    for (const { id: _id, isReadOnly: _readOnly, ...one } of rules) {
      if (there.some((now) => isSame(now, one))) continue;
      await context.graph.post(path`/users/${context.subject.id}/mailFolders/inbox/messageRules`, one);
    }
  },
});

/** Exchange gives a rule that is made again another id. */
const isSame = (a: Omit<Rule, 'id'>, b: Omit<Rule, 'id'>): boolean =>
  a.displayName === b.displayName &&
  canonicalJson([a.conditions, a.actions]) === canonicalJson([b.conditions, b.actions]);

/** What of the plan is still there, and what is new since. */
async function look(context: ReadContext, rules: Rule[]): Promise<{ left: Rule[]; later: Rule[] }> {
  const there = ((await readRules(context)) ?? []).filter(({ isReadOnly }) => !isReadOnly);
  const isAgreed = (now: Rule) => rules.some((one) => one.id === now.id || isSame(one, now));
  return { left: there.filter(isAgreed), later: there.filter((one) => !isAgreed(one)) };
}

/** In their order; null when there is no mailbox. */
async function readRules({ subject, graph }: ReadContext): Promise<Rule[] | null> {
  try {
    const rules = await graph.list(path`/users/${subject.id}/mailFolders/inbox/messageRules`, rule);
    return rules.sort((a, b) => a.sequence - b.sequence || a.id.localeCompare(b.id));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}
