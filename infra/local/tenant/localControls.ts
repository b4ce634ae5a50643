import { z } from 'zod';
import { delaysChangeSchema } from './delays.ts';
import { faultsSchema } from './faults.ts';
import { quotaSchema } from './quota.ts';
import type { Reply } from './route.ts';
import type { World } from './world.ts';

const latencySchema = z.strictObject({ ms: z.number().min(0), jitterMs: z.number().min(0).default(0) });

/** The knobs of the rehearsal; nothing here exists in Microsoft 365. */
export function answerLocal(world: World, method: string, path: string, query: URLSearchParams, body: unknown): Reply {
  try {
    switch (`${method} ${path}`) {
      case 'POST /_local/faults':
        world.faults.set(faultsSchema.parse(body ?? {}));
        return { status: 200, body: world.faults.active };
      case 'GET /_local/faults':
        return { status: 200, body: world.faults.active };
      case 'POST /_local/latency':
        world.latency = latencySchema.parse(body);
        return { status: 200, body: world.latency };
      case 'POST /_local/delays':
        Object.assign(world.data.delays, delaysChangeSchema.parse(body ?? {}));
        return { status: 200, body: world.data.delays };
      case 'POST /_local/quota':
        world.quota.set(quotaSchema.parse(body ?? {}));
        return { status: 200, body: body ?? {} };
      case 'POST /_local/endRelationship':
        return endRelationship(world, tenantOfPartner.parse(body).tenantId);
      case 'POST /_local/reset':
        world.reset();
        return { status: 200, body: { reset: true } };
      case 'GET /_local/requests':
        return {
          status: 200,
          body: world.requests.filter((request) => request.number > Number(query.get('since') ?? 0)),
        };
      case 'GET /_local/people':
        return { status: 200, body: people(world, query.get('search') ?? '', Number(query.get('skip') ?? 0)) };
      default:
        return { status: 404, body: { message: `No such control: ${method} ${path}` } };
    }
  } catch (error) {
    if (!(error instanceof z.ZodError)) throw error;
    return {
      status: 400,
      body: { message: error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`).join('; ') },
    };
  }
}

const tenantOfPartner = z.strictObject({ tenantId: z.guid() });

/** What somebody does in the Microsoft 365 admin center. */
function endRelationship({ data, now }: World, tenantId: string): Reply {
  const found = data.partners.delegatedAdmin.find((own) => own.tenantId === tenantId && own.endedAt === null);
  if (found === undefined) return { status: 404, body: { message: 'There is no such relationship.' } };
  found.endedAt = now().toISOString();
  return { status: 200, body: { ended: found.displayName } };
}

const pageSize = 20;

/** For a people picker: whoever has the words at the beginning of a name. */
function people(world: World, search: string, skip: number) {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const found = world.data.users.filter((user) => {
    const parts = [...user.displayName.split(/[^\p{L}\p{N}']+/u), ...user.userPrincipalName.split('@')].map((part) =>
      part.toLowerCase(),
    );
    return words.every(
      (word) => parts.some((part) => part.startsWith(word)) || user.userPrincipalName.toLowerCase().startsWith(word),
    );
  });
  const page = found.toSorted((a, b) => a.displayName.localeCompare(b.displayName, 'en')).slice(skip, skip + pageSize);
  return {
    value: page.map(({ id, displayName, userPrincipalName, jobTitle, userType }) => ({
      id,
      displayName,
      userPrincipalName,
      jobTitle,
      userType,
    })),
    total: found.length,
    ...(found.length > skip + pageSize ? { next: skip + pageSize } : {}),
  };
}
