import { GraphError } from '../errors.ts';
import { collection } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import type { Call, Route } from '../route.ts';
import type { TenantData } from '../seedSchema.ts';

/** Sign-ins of people and the directory's audits: late, and few requests at a time. */
const asked = new WeakMap<TenantData, number[]>();
const most = 5;
const withinMs = 10_000;

function spend({ data, now }: Call): void {
  if (!data.partners.is.logsPaced) return;
  const recent = (asked.get(data) ?? []).filter((at) => now.getTime() - at < withinMs);
  if (recent.length >= most)
    throw new GraphError(429, 'TooManyRequests', 'Too many requests.', { 'retry-after': '10' });
  asked.set(data, [...recent, now.getTime()]);
}

const seen = ({ data, now }: Call, entries: readonly Resource[], at: string): Resource[] =>
  entries
    .filter((entry) => Date.parse(String(entry[at])) + data.delays.logMs <= now.getTime())
    .toSorted((a, b) => String(b[at]).localeCompare(String(a[at])));

export const auditLogs: Route[] = [
  {
    method: 'GET',
    path: '/auditLogs/signIns',
    answer: (call) => {
      const { is, signIns } = call.data.partners;
      if (!is.p1)
        throw new GraphError(
          403,
          'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
          "Neither tenant is B2C or tenant doesn't have premium license",
        );
      spend(call);
      return collection(call, seen(call, signIns, 'createdDateTime'), { context: 'auditLogs/signIns' });
    },
  },
  {
    method: 'GET',
    path: '/auditLogs/directoryAudits',
    answer: (call) => {
      spend(call);
      const { directoryAudits } = call.data.partners;
      return collection(call, seen(call, directoryAudits, 'activityDateTime'), {
        context: 'auditLogs/directoryAudits',
      });
    },
  },
];
