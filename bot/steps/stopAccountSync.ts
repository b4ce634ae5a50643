import { z } from 'zod';
import { crossTenantSettings, who } from '../partners/places.ts';
import { definePartnerStep, type ReadContext } from '../partners/step.ts';
import { entryPath } from '../partners/tenantEntry.ts';

const synchronization = z.object({
  userSyncInbound: z.object({ isSyncAllowed: z.boolean().nullish() }).nullish(),
});

/** While their tenant may make accounts here, whoever is deleted comes back. */
export const stopAccountSync = definePartnerStep({
  id: 'stop-account-sync',
  title: 'Stop account synchronization',
  does: 'No longer lets the partner’s tenant make and change accounts here.',
  permissions: ['Policy.ReadWrite.CrossTenantAccess'],
  before: z.object({ tenantId: z.string() }),
  appliesTo: ({ tenantId }) => (tenantId === null ? { notNeeded: 'No tenant is known that could synchronize.' } : null),

  async preview({ subject, graph }) {
    const { tenantId, displayName } = subject;
    if (tenantId === null || !(await isOn({ graph }, tenantId)))
      return { notNeeded: 'Their tenant makes no accounts here.' };
    return {
      before: { tenantId },
      changes: [{ says: `Accounts that ${displayName} makes here: allowed → not allowed`, touches: [tenantId] }],
    };
  },
  async run({ graph }, { tenantId }) {
    await graph.patch(syncPath(tenantId), { userSyncInbound: { isSyncAllowed: false } });
  },
  async verify({ graph }, { tenantId }) {
    return (await isOn({ graph }, tenantId))
      ? { notYet: 'Their tenant may still make accounts here.' }
      : { proved: 'Their tenant may make no accounts here any more.' };
  },
  byHand({ displayName }) {
    return {
      who: who.securityAdmin,
      ...crossTenantSettings,
      clicks: [
        `Organizational settings: open the inbound access of ${displayName}.`,
        'Cross-tenant sync: clear “Allow users sync into this tenant”. Save.',
      ],
      command: null,
    };
  },
  async undo({ graph }, { tenantId }) {
    await graph.patch(syncPath(tenantId), { userSyncInbound: { isSyncAllowed: true } });
  },
});

const syncPath = (tenantId: string): string => `${entryPath(tenantId)}/identitySynchronization`;

async function isOn({ graph }: Pick<ReadContext, 'graph'>, tenantId: string): Promise<boolean> {
  return (await graph.find(syncPath(tenantId), synchronization))?.userSyncInbound?.isSyncAllowed === true;
}
