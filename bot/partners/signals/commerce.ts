import { z } from 'zod';
import { skuName } from '../../graph/skuNames.ts';
import type { Finding } from '../finding.ts';
import type { Signal } from '../signal.ts';

const subscription = z.object({
  ownerTenantId: z.string().toLowerCase().nullish(),
  skuPartNumber: z.string().nullish(),
  status: z.string().nullish(),
  totalLicenses: z.int().nullish(),
  nextLifecycleDateTime: z.string().nullish(),
});
const select = Object.keys(subscription.shape).join(',');

/** What was bought from whom. A reseller without any subscription can't be seen. */
export const subscriptions: Signal = {
  name: 'subscriptions',
  quick: true,
  permissions: [],
  async read({ graph, own }) {
    const all = await graph.list(`/directory/subscriptions?$select=${select}`, subscription);
    return all.flatMap((one): Finding[] =>
      !one.ownerTenantId || one.ownerTenantId === own.id
        ? []
        : [
            {
              of: { tenantId: one.ownerTenantId },
              what: 'subscription',
              license: skuName(one.skuPartNumber ?? 'a license'),
              seats: one.totalLicenses ?? 0,
              status: one.status ?? 'Enabled',
              until: one.nextLifecycleDateTime ?? null,
            },
          ],
    );
  },
};

/** Who is told about the organization. It was read already: there is nothing more to ask. */
export const contacts: Signal = {
  name: 'contacts of the organization',
  quick: true,
  permissions: [],
  async read({ own }) {
    const lists: [string, readonly string[]][] = [
      ['technical notifications', own.technicalNotificationMails ?? []],
      ['marketing notifications', own.marketingNotificationEmails ?? []],
      ['security notifications', own.securityComplianceNotificationMails ?? []],
      ['questions of privacy', own.privacyProfile?.contactEmail ? [own.privacyProfile.contactEmail] : []],
    ];
    return lists.flatMap(([list, addresses]) =>
      addresses.flatMap((address): Finding[] => {
        const domain = address.split('@')[1]?.toLowerCase();
        return domain === undefined ? [] : [{ of: { domain }, what: 'contact', for: list, address }];
      }),
    );
  },
};
