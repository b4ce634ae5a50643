import { z } from 'zod';
import { dayInWords, days, hours, seenSoon } from '../clock.ts';
import { AppError } from '../errors.ts';
import { isMissing } from '../graph/failure.ts';
import type { GraphReader } from '../graph/graph.ts';
import { path } from '../graph/path.ts';
import { isDeleted, isHeld } from '../people/endState.ts';
import { entraUser, onPremises, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const known = z.object({ id: z.string() });
const account = known.extend({ userPrincipalName: z.string() });
const deletedAccount = known.extend({ deletedDateTime: z.string().nullish() });
const before = account.extend({
  /** Exchange's own id of a mailbox that is, or is to be, on hold: it outlives the account. */
  heldMailbox: z.string().nullable().default(null),
});

const gettingItBack =
  'The inactive mailbox takes no mail, forwards nothing and answers nobody; it stays as long as its hold. To get it back, restore the account within 30 days; later an Exchange administrator recovers it with New-Mailbox -InactiveMailbox.';
const onHoldFirst = 'Only once the mailbox is on litigation hold: then it stays as an inactive one.';

/** The account goes to the deleted users, where Microsoft 365 keeps it for 30 days. */
export const deleteAccount = definePersonStep({
  id: 'delete-account',
  title: 'Delete the account',
  lasting: true,
  endsSubject: true,
  does: 'Deletes the account, which can be restored for 30 days; a mailbox on hold stays as an inactive one.',
  permissions: ['User.Read.All', 'User.DeleteRestore.All'],
  directoryRole: 'for privileged subjects',
  destructive: true,
  // Exchange Online may take its time to call a mailbox inactive.
  takes: { usually: 'within minutes', atMost: hours(1) },
  before,

  appliesTo({ synced }, options) {
    if (!isDeleted(options)) return { notNeeded: 'The account is kept.' };
    if (!synced) return null;
    const when = isHeld(options) ? ` ${onHoldFirst}` : '';
    return { byHand: `Delete the account in the on-premises directory: the next sync removes it here.${when}` };
  },
  async preview(context) {
    const { subject, options, access, graph } = context;
    const found = await graph.find(path`/users/${subject.id}?$select=id,userPrincipalName`, account);
    if (found === null) return { notNeeded: 'The account is already deleted.' };
    if (isHeld(options) && !access.exchange.has('recipients'))
      return { byHand: `Signoff has no rights in Exchange Online, and can’t see the hold. ${onHoldFirst}` };
    const heldMailbox = await heldMailboxOf(context);
    const kept = heldMailbox !== null;
    return {
      before: { ...found, heldMailbox },
      changes: [
        {
          says: `Account ${found.userPrincipalName}: ${whatGoes(subject.external, kept)}`,
          touches: [found.id],
          binds: kept ? 'deleted, with an inactive mailbox' : 'deleted',
        },
      ],
      leaves: kept ? [gettingItBack] : [],
      destroys: true,
    };
  },
  async requireReady({ subject, exchange }, { heldMailbox }) {
    if (heldMailbox === null || (await exchange.mailbox(subject.id))?.onHold) return;
    throw new AppError(
      'not-held',
      'The mailbox is not on litigation hold, and would be lost with the account. Put it on hold and retry, or skip this step.',
    );
  },
  async run({ graph, attempt }, { id }) {
    const isGone = async () => ((await isThere(graph, id)) ? null : true);
    if (attempt > 1 && (await seenSoon(isGone))) return;
    try {
      await graph.delete(path`/users/${id}`);
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  },
  async verify({ subject, graph, exchange }, { id, heldMailbox }) {
    if (await isThere(graph, id)) return { notYet: 'The account is still there.' };
    const deleted = await graph.find(path`/directory/deletedItems/${id}?$select=id,deletedDateTime`, deletedAccount);
    if (deleted === null) return { notYet: 'The account is gone, but not among the deleted users.' };
    const restorable = `The account is among the deleted users; it can be restored ${restorableUntil(deleted.deletedDateTime)}`;
    if (subject.external && heldMailbox === null) return { proved: `${restorable}.` };
    if (heldMailbox === null) return { proved: `${restorable}, a mailbox for 30 days after its license was removed.` };
    return (await exchange.isInactive(heldMailbox))
      ? { proved: `${restorable}. The mailbox is an inactive one, kept as long as its hold.` }
      : { notYet: 'The account is deleted, but Exchange Online does not show the mailbox as an inactive one.' };
  },
  byHand(subject, options) {
    const first = isHeld(options) ? ['See that the mailbox is on litigation hold in the Exchange admin center.'] : [];
    if (subject.synced) return onPremises(subject, [...first, 'Right-click, Delete.'], null);
    return { who: who.userAdmin, ...entraUser(subject), clicks: [...first, 'Delete.', 'Yes.'], command: null };
  },
  async undo({ graph }, { id }) {
    if (await isThere(graph, id)) return;
    try {
      await graph.post(path`/directory/deletedItems/${id}/restore`, {});
    } catch (error) {
      // A restore that got no answer may have happened, and show only now.
      if (!isMissing(error) || !(await isThere(graph, id))) throw error;
    }
  },
});

/** Whose account lives elsewhere has mailbox and files there. Of anybody else, the mailbox may be gone with its license by now. */
function whatGoes(external: boolean, kept: boolean): string {
  if (kept) return 'deleted, with files; can be restored for 30 days. The mailbox, on hold, stays as an inactive one';
  return external
    ? 'deleted; can be restored for 30 days'
    : 'deleted, with mailbox and files; can be restored for 30 days, a mailbox for 30 days after its license is removed';
}

/** Entra keeps a deleted account for 30 days, counted from when it says that it was deleted. */
const restorableUntil = (deleted: string | null | undefined): string =>
  deleted == null ? 'for 30 days' : `until ${dayInWords(new Date(Date.parse(deleted) + days(30)))}`;

/** Exchange's id of the mailbox when it is, or is to be, on hold; null when it goes with the account, or there is none. */
async function heldMailboxOf({ subject, options, access, exchange }: ReadContext): Promise<string | null> {
  if (!access.exchange.has('recipients')) return null;
  const mailbox = await exchange.mailbox(subject.id);
  return mailbox !== null && (isHeld(options) || mailbox.onHold) ? mailbox.exchangeGuid : null;
}

const isThere = async (graph: GraphReader, id: string): Promise<boolean> =>
  (await graph.find(path`/users/${id}?$select=id`, known)) !== null;
