import { z } from 'zod';
import { hours } from '../clock.ts';
import { cameLater } from '../engine/cameLater.ts';
import { AppError } from '../errors.ts';
import { forEach, ofEach, powerShell, whereAny } from '../exchange/exchange.ts';
import { isDenied } from '../graph/failure.ts';
import { groupsOf } from '../graph/groups.ts';
import { isList } from '../graph/membership.ts';
import { exchangeGroups, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const list = z.object({ id: z.string(), name: z.string() });

/** Graph can read who is in them, and only Exchange can change it. */
export const removeDistributionLists = definePersonStep({
  id: 'remove-distribution-lists',
  title: 'Leave distribution lists',
  endsWithSubject: true,
  does: 'Takes the person out of distribution lists and mail-enabled security groups.',
  permissions: ['Directory.Read.All'],
  // Only managers, and whoever may pass over them, take somebody out; Signoff is no manager of any list.
  exchange: 'hold',
  takes: { usually: 'within minutes', atMost: hours(1) },
  before: z.object({ lists: z.array(list) }),

  async preview(context) {
    const lists = await listsOf(context);
    if (lists.length === 0) return { notNeeded: 'They are in no distribution list.' };
    return {
      before: { lists },
      changes: lists.map(({ id, name }) => ({ says: `“${name}”: member → not a member`, touches: [id] })),
    };
  },
  async run({ subject, exchange }, { lists }) {
    const refused: string[] = [];
    let cause: unknown;
    for (const { id, name } of lists) {
      try {
        await exchange.leaveGroup(id, subject.id);
      } catch (error) {
        if (!isDenied(error)) throw error;
        refused.push(`“${name}”`);
        cause = error;
      }
    }
    if (refused.length === 0) return;
    throw new AppError(
      'managed-by-others',
      `Exchange lets only its managers take somebody out of ${refused.join(', ')}, and Signoff lacks the role that passes over them (Security Group Creation and Membership, which Exchange Administrator brings). Remove the person in the Exchange admin center, or let an admin grant it; then retry.`,
      { cause },
    );
  },
  async verify(context, { lists }) {
    const now = await listsOf(context);
    const still = now.filter(({ id }) => lists.some((one) => one.id === id));
    if (still.length > 0) return { notYet: `Still in ${still.map(({ name }) => `“${name}”`).join(', ')}.` };
    return { proved: `Left ${lists.length} list${lists.length === 1 ? '' : 's'}.${cameLater(now.length, 'list')}` };
  },
  byHand(subject) {
    const members = powerShell('Get-DistributionGroupMember', {
      Identity: ofEach('Identity'),
      ResultSize: 'Unlimited',
    });
    const remove = powerShell('Remove-DistributionGroupMember', {
      Identity: ofEach('Identity'),
      Member: subject.userPrincipalName,
      BypassSecurityGroupManagerCheck: true,
      Confirm: false,
    });
    return {
      who: who.exchangeAdmin,
      ...exchangeGroups,
      clicks: [
        'Distribution list and Mail-enabled security: open each list of the person.',
        `Members: remove ${subject.displayName}.`,
      ],
      command: [
        powerShell('Get-DistributionGroup', { ResultSize: 'Unlimited' }),
        whereAny(members, 'ExternalDirectoryObjectId', subject.id),
        forEach(remove),
      ].join(' | '),
    };
  },
  async verifyByHand(context) {
    const lists = await listsOf(context);
    return lists.length === 0
      ? { proved: 'They are in no distribution list any more.' }
      : { notYet: `Still in ${lists.map(({ name }) => `“${name}”`).join(', ')}.` };
  },
  async undo({ subject, exchange }, { lists }) {
    for (const { id } of lists) await exchange.joinGroup(id, subject.id);
  },
});

/** Not those of the on-premises directory, which remove-group-memberships names, nor those that bring licenses: they go last. */
async function listsOf({ subject, graph }: ReadContext): Promise<z.output<typeof list>[]> {
  return (await groupsOf(graph, subject.id))
    .filter((one) => isList(one) && !one.onPremisesSyncEnabled && one.assignedLicenses.length === 0)
    .map(({ id, displayName }) => ({ id, name: displayName ?? id }))
    .sort((a, b) => a.id.localeCompare(b.id));
}
