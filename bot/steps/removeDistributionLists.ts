import { z } from 'zod';
import { cameLater } from '../engine/cameLater.ts';
import { forEach, ofEach, powerShell, whereAny } from '../exchange/exchange.ts';
import { listOfType } from '../graph/directoryObjects.ts';
import { isList } from '../graph/membership.ts';
import { path } from '../graph/path.ts';
import { exchangeGroups, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const group = z.object({
  id: z.string(),
  displayName: z.string().nullable(),
  mail: z.string().nullish(),
  groupTypes: z.array(z.string()),
  mailEnabled: z.boolean().nullable(),
  securityEnabled: z.boolean().nullish(),
  onPremisesSyncEnabled: z.boolean().nullish(),
  assignedLicenses: z.array(z.unknown()),
});
const select = Object.keys(group.shape).join(',');
const list = z.object({ id: z.string(), name: z.string() });

/** Graph can read who is in them, and only Exchange can change it. */
export const removeDistributionLists = definePersonStep({
  id: 'remove-distribution-lists',
  title: 'Leave distribution lists',
  does: 'Takes the person out of distribution lists and mail-enabled security groups.',
  permissions: ['Directory.Read.All'],
  exchange: 'recipients',
  before: z.object({ lists: z.array(list) }),

  async preview(context) {
    const all = await listsOf(context);
    const lists = all.filter(mayLeave(context));
    const leaves = all
      .filter((one) => !lists.includes(one))
      .map(
        ({ name }) =>
          `“${name}” is a mail-enabled security group: Signoff would need the role Exchange Administrator; remove the person in the Exchange admin center.`,
      );
    if (lists.length === 0)
      return {
        notNeeded:
          all.length === 0 ? 'They are in no distribution list.' : 'They are in no list that Signoff may change.',
        leaves,
      };
    return {
      before: { lists: lists.map(({ id, name }) => ({ id, name })) },
      changes: lists.map(({ id, name }) => ({ says: `“${name}”: member → not a member`, touches: [id] })),
      leaves,
    };
  },
  async run({ subject, exchange }, { lists }) {
    for (const { id } of lists) await exchange.leaveGroup(id, subject.id);
  },
  async verify(context, { lists }) {
    const now = await listsOf(context);
    const still = now.filter(({ id }) => lists.some((one) => one.id === id));
    if (still.length > 0) return { notYet: `Still in ${still.map(({ name }) => `“${name}”`).join(', ')}.` };
    const later = now.filter(mayLeave(context)).length;
    return { proved: `Left ${lists.length} list${lists.length === 1 ? '' : 's'}.${cameLater(later, 'list')}` };
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

type Listed = z.output<typeof list> & { security: boolean };

/** To pass over the managers of a security group takes as much as a hold does. */
const mayLeave =
  ({ access }: ReadContext) =>
  ({ security }: Listed): boolean =>
    !security || access.exchange.has('hold');

/** Not those of the on-premises directory, which remove-group-memberships names, nor those that bring licenses: they go last. */
async function listsOf({ subject, graph }: ReadContext): Promise<Listed[]> {
  const groups = await listOfType(
    graph,
    'group',
    `${path`/users/${subject.id}/memberOf`}?$select=${select}&$top=999`,
    group,
  );
  return groups
    .filter((one) => isList(one) && !one.onPremisesSyncEnabled && one.assignedLicenses.length === 0)
    .map(({ id, displayName, securityEnabled }) => ({
      id,
      name: displayName ?? id,
      security: securityEnabled === true,
    }))
    .sort((a, b) => a.id.localeCompare(b.id));
}
