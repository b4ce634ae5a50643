import { z } from 'zod';
import { days, hours, inWords } from '../clock.ts';
import { partnerRelationships, who } from '../partners/places.ts';
import { definePartnerStep } from '../partners/step.ts';
import { inTheLogs, stillWorking } from '../partners/traces.ts';

const watchedMs = days(7);
const whatToDo =
  'Look who it is, block the account or app, and see in the Microsoft 365 admin center that no partner relationship has come back.';

/** Nobody knows what was forgotten until somebody tries it. */
export const provePartnerGone = definePartnerStep({
  id: 'prove-partner-gone',
  title: 'Prove that they are gone',
  does: 'Looks at everything once more, then watches accounts, apps, roles and logs for 7 days, and calls the approvers when something of theirs shows.',
  permissions: ['Directory.Read.All', 'Policy.Read.All', 'AuditLog.Read.All'],
  takes: { usually: 'within minutes', atMost: hours(1) },
  looksOnly: true,
  before: z.object({ since: z.iso.datetime() }),

  async preview({ subject, clock }) {
    return {
      before: { since: clock.now().toISOString() },
      changes: [
        {
          says: `Accounts, apps, roles and logs are watched for 7 days for anything of ${subject.displayName}`,
          touches: [subject.id],
        },
      ],
    };
  },
  async run() {},
  async verify(context, { since }) {
    const begun = new Date(since);
    const works = await stillWorking(context);
    const logged = await inTheLogs(context, begun);
    const isBegun = context.clock.now().getTime() - begun.getTime() > hours(1);
    const seen = [...works, ...(logged?.seen ?? [])];
    if (seen.length > 0) {
      const words = `Something of ${context.subject.displayName} shows: ${shorten(seen)}.`;
      return isBegun ? { refuted: `${words} ${whatToDo}` } : { notYet: words };
    }
    const logs =
      logged === null
        ? ' The logs can’t be read: they take Microsoft Entra ID P1.'
        : logged.isWhole
          ? ''
          : ' Of the logs only the newest 5,000 entries were read.';
    const until = new Date(begun.getTime() + watchedMs);
    return context.clock.now() >= until
      ? { proved: `For 7 days nothing of theirs was seen.${logs}` }
      : {
          ordered: `Nothing of theirs is seen. Watched until ${inWords(until)}: accounts, apps, roles, people’s sign-ins and changes. The logs come some minutes late, and do not show apps that sign in.${logs}`,
        };
  },
  byHand: ({ displayName }) => ({
    who: who.globalAdmin,
    ...partnerRelationships,
    clicks: [
      `See that ${displayName} is not in the list.`,
      'Entra admin center, Sign-in logs: filter by cross-tenant access type “Service provider”. Again after a week.',
    ],
    command: null,
  }),
  async undo() {},
});

const mostTold = 6;
const shorten = (all: readonly string[]): string => {
  const each = [...new Set(all)];
  return each.length > mostTold
    ? `${each.slice(0, mostTold).join('; ')}; and ${each.length - mostTold} more`
    : each.join('; ');
};
