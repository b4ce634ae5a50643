import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { readSubject } from '../../bot/cases/subject.ts';
import type { Changes, Step, WriteContext } from '../../bot/engine/step.ts';
import type { Options } from '../../bot/engine/subject.ts';
import { type Access, readAccess } from '../../bot/graph/access.ts';
import type { Graph } from '../../bot/graph/graph.ts';
import { connectGraph } from '../../bot/graph/microsoftGraph.ts';
import { createLog } from '../../bot/log.ts';
import type { Exchange, TenantData } from '../../infra/local/tenant/server.ts';
import { startTestTenant, type TestTenant, type TestTenantOptions } from './tenant.ts';

/** The local tenant, and the bot's own Graph client on it: all that a step needs. */
export interface StepWorld extends AsyncDisposable {
  tenant: TestTenant;
  graph: Graph;
  /** What the log got, one JSON line each. */
  lines: string[];
  readAccess(): Promise<Access>;
  /** What the engine hands a step: the person read anew, and these choices of the plan card. */
  contextOf(name: string, options?: Partial<Options>): Promise<WriteContext>;
}

/** Every step of the playbook has something to do for jane with these. */
export const everythingAsked: Options = {
  successor: null,
  autoReply: 'Jane has left Contoso. Write to luca@contoso.com.',
  endState: 'delete',
};

export async function startStepWorld(options: TestTenantOptions = {}): Promise<StepWorld> {
  const tenant = await startTestTenant(options);
  const lines: string[] = [];
  // A new token for each call: it carries the permissions of the moment.
  const token = () => tenant.token();
  const log = createLog('debug', { write: (line) => void lines.push(line) });
  const graph = connectGraph({ url: tenant.url, token, log });
  const access = () => readAccess(graph, token);
  const { breakGlassIds } = tenant.data.signoff;
  return {
    tenant,
    graph,
    lines,
    readAccess: access,
    async contextOf(name, chosen = {}) {
      const protection = { graph, readAccess: access, breakGlassIds };
      const subject = await readSubject(protection, tenant.person(name).id, tenant.person('hana').id);
      return { subject, options: { ...everythingAsked, ...chosen }, access: await access(), graph };
    },
    [Symbol.asyncDispose]: () => tenant.close(),
  };
}

/** The preview of a step that has something to change. `before` has been to the journal and back. */
export async function previewChange(step: Step, context: WriteContext): Promise<Changes<unknown>> {
  const found = await step.preview(context);
  if (!('changes' in found)) throw new assert.AssertionError({ message: `${step.id}: ${JSON.stringify(found)}` });
  return { ...found, before: JSON.parse(JSON.stringify(found.before)) };
}

/** Looks until it is proved, as the engine does, but not for long. */
export async function proveSoon(step: Step, context: WriteContext, before: unknown): Promise<string> {
  for (let look = 0; look < 100; look++) {
    const verdict = await step.verify(context, before);
    if ('proved' in verdict) return verdict.proved;
    assert.ok('notYet' in verdict, `${step.id} was refuted: ${JSON.stringify(verdict)}`);
    await sleep(20);
  }
  throw new assert.AssertionError({ message: `${step.id} was not proved in time` });
}

/** What could have changed something. The envelope of a batch is left out, the calls in it are there. */
export const writesIn = (exchanges: readonly Exchange[]): Exchange[] =>
  exchanges.filter(
    ({ method, path }) => method !== 'GET' && /^\/v1\.0\/(?!\$batch|users\/[^/]+\/checkMemberGroups)/.test(path),
  );

/** The tenant without order and without the moments at which something was changed. */
export function stateOf(data: TenantData): unknown {
  const moments = new Set([
    'lastPasswordChangeDateTime',
    'signInSessionsValidFromDateTime',
    'lastUpdatedDateTime',
    'deletedDateTime',
  ]);
  const ordered = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(ordered).toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => !moments.has(name))
        .map(([name, content]) => [name, ordered(content)]),
    );
  };
  return ordered(data);
}

const key = (value: unknown): string => JSON.stringify(value);

/** Changes what the app's service principal holds to exactly these directory roles. */
export function giveRoles(data: TenantData, ...roleDefinitionIds: string[]): void {
  const principalId = data.signoff.servicePrincipalId;
  data.roleAssignments = data.roleAssignments
    .filter((assignment) => assignment.principalId !== principalId)
    .concat(
      roleDefinitionIds.map((roleDefinitionId) => ({
        id: `app-${roleDefinitionId}`,
        principalId,
        roleDefinitionId,
        directoryScopeId: '/',
      })),
    );
}
