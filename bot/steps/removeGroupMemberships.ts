import { z } from 'zod';
import { hours } from '../clock.ts';
import { cameLater } from '../engine/cameLater.ts';
import { type Group, groupsOf } from '../graph/groups.ts';
import { alreadyOut, isList, joinGroups, whyNotRemovable } from '../graph/membership.ts';
import { memberRef } from '../graph/path.ts';
import { entraUser, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

/** Without it Graph leaves out groups with hidden membership, and says nothing. */
const canSeeHidden = 'Member.Read.Hidden';
const mostNamed = 3;
const left = z.object({ id: z.string(), name: z.string() });

/** Takes the person out of groups and teams; a group that brings licenses is left to remove-licenses. */
export const removeGroupMemberships = definePersonStep({
  id: 'remove-group-memberships',
  title: 'Remove group memberships',
  endsWithSubject: true,
  does: 'Takes the person out of Microsoft 365 groups, teams and security groups, and says which groups Graph can’t change.',
  permissions: ['Directory.Read.All', 'GroupMember.ReadWrite.All'],
  takes: { usually: 'within minutes', atMost: hours(1) },
  before: z.object({ groups: z.array(left) }),

  async preview(context) {
    const { removable, ...left } = await readGroups(context);
    if (removable.length === 0)
      return { notNeeded: 'There are no group memberships that this step could remove.', ...left };
    return {
      before: { groups: removable.map(({ id, displayName }) => ({ id, name: displayName ?? id })) },
      changes: removable.map((one) => ({
        says: `${kindOf(one)} “${one.displayName}”: member → not a member`,
        touches: [one.id],
      })),
      ...left,
    };
  },
  async run({ subject, graph }, { groups }) {
    const answers = await graph.batch(groups.map(({ id }) => ({ method: 'DELETE', path: memberRef(id, subject.id) })));
    for (const answer of answers) {
      if (!answer.ok && !alreadyOut(answer.failure)) throw answer.failure;
    }
  },
  async verify(context, { groups }) {
    const now = await groupsOf(context.graph, context.subject.id);
    const left = groups.filter((one) => now.some(({ id }) => id === one.id));
    if (left.length > 0) return { notYet: `Still a member of ${left.map(({ name }) => `“${name}”`).join(', ')}.` };
    const later = now.filter((one) => whyNot(one, context) === null).length;
    return { proved: `Left ${count(groups.length, 'group')}.${cameLater(later, 'membership')}` };
  },
  byHand(subject) {
    return {
      who: who.groupsAdmin,
      ...entraUser(subject),
      clicks: [
        'Groups.',
        'Select every group that is not dynamic and not from the on-premises directory.',
        'Remove memberships.',
      ],
      command: null,
    };
  },
  async undo({ subject, graph }, { groups }) {
    await joinGroups(
      graph,
      subject.id,
      groups.map(({ id }) => id),
    );
  },
});

async function readGroups(context: ReadContext): Promise<{ removable: Group[]; leaves: string[]; warns: string[] }> {
  const removable: Group[] = [];
  const staying: string[] = [];
  const leaves: string[] = context.access.permissions.has(canSeeHidden)
    ? []
    : [
        `Groups with hidden membership: without the permission ${canSeeHidden} Signoff can’t see whether they are in any. Look in the Entra admin center.`,
      ];
  for (const one of (await groupsOf(context.graph, context.subject.id)).sort((a, b) => a.id.localeCompare(b.id))) {
    const why = whyNot(one, context);
    if (why === null) removable.push(one);
    else if (why !== '') {
      leaves.push(`“${one.displayName}” ${why}`);
      staying.push(`“${one.displayName}”`);
    }
  }
  return { removable, leaves, warns: staying.length === 0 ? [] : [accessStays(staying)] };
}

/** The first ones by name: whoever reads it must see what kind of access it is. */
function accessStays(groups: string[]): string {
  const named = groups.slice(0, mostNamed).join(', ');
  const more = groups.length > mostNamed ? ` and ${groups.length - mostNamed} more` : '';
  return `Access stays through ${groups.length === 1 ? 'a group' : 'groups'} that Signoff can’t change: ${named}${more}.`;
}

/** Why this step leaves a group alone, in words; empty when another step takes it; null when it is removed here. */
function whyNot(one: Group, { access }: ReadContext): string | null {
  const givesRoles = one.isAssignableToRole === true;
  if (!one.onPremisesSyncEnabled && (givesRoles || isList(one))) return '';
  return whyNotRemovable(one, access) ?? (one.assignedLicenses.length > 0 ? '' : null);
}

function kindOf(one: Group): string {
  if (one.resourceProvisioningOptions?.includes('Team')) return 'Team';
  return one.groupTypes.includes('Unified') ? 'Microsoft 365 group' : 'Security group';
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;
