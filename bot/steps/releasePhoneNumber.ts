import { z } from 'zod';
import { minutes } from '../clock.ts';
import { cameLater } from '../engine/cameLater.ts';
import { powerShell } from '../exchange/exchange.ts';
import { isUnknownHere } from '../graph/failure.ts';
import { path, quoted } from '../graph/path.ts';
import { teamsUsers, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const assignment = z.object({
  telephoneNumber: z.string(),
  numberType: z.string(),
  numberSource: z.string().nullish(),
  assignmentStatus: z.string().nullish(),
  assignmentTargetId: z.string().nullish(),
  assignmentCategory: z.string().nullish(),
  locationId: z.string().nullish(),
});
type Assignment = z.output<typeof assignment>;
const kept = z.object({
  telephoneNumber: z.string(),
  numberType: z.string(),
  assignmentCategory: z.string().nullable(),
  locationId: z.string().nullable(),
});
const base = '/admin/teams/telephoneNumberManagement/numberAssignments';

/** Comes before the licenses: the number stays with the organization, and only somebody with a license can have it. */
export const releasePhoneNumber = definePersonStep({
  id: 'release-phone-number',
  title: 'Release the phone number',
  does: 'Takes phone numbers in Teams from the person, so that somebody else can have them.',
  permissions: ['TeamsTelephoneNumber.ReadWrite.All'],
  notIn: ['gcc-high', 'dod', 'china'],
  // Only an order is taken at first.
  takes: { usually: 'within minutes', atMost: minutes(15) },
  before: z.object({ numbers: z.array(kept) }),

  async preview(context) {
    let found: Assignment[];
    try {
      found = await numbersOf(context);
    } catch (error) {
      if (!isUnknownHere(error)) throw error;
      return { byHand: 'In this cloud of Microsoft’s no app may release phone numbers.' };
    }
    const numbers = found.filter((one) => !isOnPremises(one)).map(toKept);
    const leaves = found
      .filter(isOnPremises)
      .map(
        ({ telephoneNumber }) =>
          `Phone number ${telephoneNumber}: comes from the on-premises directory; clear it there.`,
      );
    if (numbers.length === 0) return { notNeeded: 'They have no phone number that could be released here.', leaves };
    return {
      before: { numbers },
      changes: numbers.map(({ telephoneNumber }) => ({
        says: `Phone number ${telephoneNumber}: theirs → free for somebody else`,
        touches: [telephoneNumber],
      })),
      leaves: [
        ...leaves,
        'Call queues and auto attendants that ring them: take them out in the Teams admin center; no app can see these.',
      ],
    };
  },
  async run(context, { numbers }) {
    const now = await numbersOf(context);
    for (const { telephoneNumber, numberType } of numbers.filter(isAmong(now)))
      await context.graph.post(`${base}/unassignNumber`, { telephoneNumber, numberType });
  },
  async verify(context, { numbers }) {
    const left: string[] = [];
    for (const { telephoneNumber } of numbers) {
      const [now] = await list(context, `telephoneNumber eq ${quoted(telephoneNumber)}`);
      if (now?.assignmentTargetId === context.subject.id) left.push(telephoneNumber);
    }
    if (left.length > 0) return { notYet: `Still theirs: ${left.join(', ')}.` };
    const later = (await numbersOf(context)).filter((one) => !isOnPremises(one)).length;
    return {
      proved: `${numbers.length === 1 ? '1 phone number is' : `${numbers.length} phone numbers are`} free.${cameLater(later, 'phone number')}`,
    };
  },
  byHand({ displayName, userPrincipalName }) {
    return {
      who: who.teamsAdmin,
      ...teamsUsers,
      clicks: [
        `Open ${displayName}, then Account.`,
        'General information: Edit. Assigned phone number: remove it.',
        'Call queues and auto attendants: take them out where they are rung.',
      ],
      command: powerShell('Remove-CsPhoneNumberAssignment', { Identity: userPrincipalName, RemoveAll: true }),
    };
  },
  async undo(context, { numbers }) {
    const now = await numbersOf(context);
    for (const one of numbers) {
      if (now.some(({ telephoneNumber }) => telephoneNumber === one.telephoneNumber)) continue;
      const { telephoneNumber, numberType, assignmentCategory, locationId } = one;
      await context.graph.post(`${base}/assignNumber`, {
        telephoneNumber,
        numberType,
        assignmentTargetId: context.subject.id,
        ...(assignmentCategory && { assignmentCategory }),
        ...(locationId && { locationId }),
      });
    }
  },
});

type Kept = z.output<typeof kept>;

const list = ({ graph }: ReadContext, filter: string): Promise<Assignment[]> =>
  graph.list(`${base}${path`?$filter=${filter}`}`, assignment);

const numbersOf = async (context: ReadContext): Promise<Assignment[]> =>
  (await list(context, `assignmentTargetId eq ${quoted(context.subject.id)}`)).sort((a, b) =>
    a.telephoneNumber.localeCompare(b.telephoneNumber),
  );

/** Such a number is an attribute that directory sync brings. */
const isOnPremises = ({ numberSource }: Assignment): boolean => numberSource === 'onPremises';

const toKept = ({ telephoneNumber, numberType, assignmentCategory, locationId }: Assignment): Kept => ({
  telephoneNumber,
  numberType,
  assignmentCategory: assignmentCategory ?? null,
  locationId: locationId ?? null,
});

const isAmong = (now: Assignment[]) => (one: Kept) =>
  now.some(({ telephoneNumber }) => telephoneNumber === one.telephoneNumber);
