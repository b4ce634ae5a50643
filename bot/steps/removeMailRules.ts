import { z } from 'zod';
import { cameLater } from '../engine/cameLater.ts';
import { powerShell } from '../exchange/exchange.ts';
import { isMissing, unlessDenied } from '../graph/failure.ts';
import { path } from '../graph/path.ts';
import { noMailbox } from '../people/missingMailbox.ts';
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
const hiddenRule = z.object({ identity: z.string(), name: z.string() });
type HiddenRule = z.output<typeof hiddenRule>;

/** Rules go on working in a shared mailbox: one that forwards or deletes would do so for ever. */
export const removeMailRules = definePersonStep({
  id: 'remove-mail-rules',
  title: 'Remove mail rules',
  endsWithSubject: true,
  does: 'Removes the inbox rules, so that nothing is forwarded, moved or deleted by them; hidden ones too, where Signoff may look in Exchange Online.',
  permissions: ['MailboxSettings.ReadWrite'],
  before: z.object({ rules: z.array(rule), hidden: z.array(hiddenRule).default([]) }),

  async preview(context) {
    const [found, hidden] = await Promise.all([readRules(context), readHidden(context)]);
    if (found === null) return noMailbox;
    const rules = found.filter(({ isReadOnly }) => !isReadOnly);
    const leaves = [
      ...found
        .filter(({ isReadOnly }) => isReadOnly)
        .map(({ displayName }) => `The rule “${displayName}” can only be removed in Outlook.`),
      ...(hidden === null ? [notLooked(context)] : []),
    ];
    if (rules.length + (hidden ?? []).length === 0)
      return { notNeeded: 'There are no mail rules that could be removed.', leaves };
    return {
      before: { rules, hidden: hidden ?? [] },
      changes: [
        ...rules.map(({ id, displayName }) => ({ says: `Mail rule “${displayName}”: removed`, touches: [id] })),
        ...(hidden ?? []).map(({ identity, name }) => ({
          says: `Hidden mail rule “${name}”: removed, and can’t be put back`,
          touches: [identity],
        })),
      ],
      leaves,
    };
  },
  async run(context, { rules, hidden }) {
    const { subject, graph, exchange } = context;
    for (const { identity } of hidden) await exchange.removeHiddenRule(subject.id, identity);
    for (const { id } of (await look(context, rules)).left) {
      try {
        await graph.delete(path`/users/${subject.id}/mailFolders/inbox/messageRules/${id}`);
      } catch (error) {
        if (!isMissing(error)) throw error;
      }
    }
  },
  async verify(context, { rules, hidden }) {
    const [{ left, later }, now] = await Promise.all([
      look(context, rules),
      hidden.length === 0 ? [] : context.exchange.hiddenRules(context.subject.id),
    ]);
    const stay = hidden.filter((one) => now.some(({ identity }) => identity === one.identity));
    const names = [...left.map(({ displayName }) => displayName), ...stay.map(({ name }) => name)];
    if (names.length > 0) return { notYet: `Still there: ${names.map((name) => `“${name}”`).join(', ')}.` };
    const count = rules.length + hidden.length;
    const done = count === 1 ? '1 mail rule was removed.' : `${count} mail rules were removed.`;
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
        powerShell('Get-InboxRule', { Mailbox: subject.userPrincipalName, IncludeHidden: true }),
        "Where-Object { $_.Name -notlike 'Microsoft.Exchange.OOF.*' -and $_.Name -ne 'Junk E-mail Rule' }",
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

/** Null where Signoff may not look. */
const readHidden = ({ access, exchange, subject }: ReadContext): Promise<HiddenRule[] | null> =>
  access.exchange.has('recipients') ? unlessDenied(() => exchange.hiddenRules(subject.id)) : Promise.resolve(null);

const notLooked = ({ subject }: ReadContext): string =>
  `Hidden mail rules: Signoff may not look for them in Exchange Online. Look there: ${powerShell('Get-InboxRule', { Mailbox: subject.userPrincipalName, IncludeHidden: true })}.`;

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
