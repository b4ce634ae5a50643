import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock } from '../../bot/clock.ts';
import { clouds } from '../../bot/clouds.ts';
import { proposedOptions } from '../../bot/engine/choices.ts';
import type * as engine from '../../bot/engine/step.ts';
import type { Change, Changes } from '../../bot/engine/step.ts';
import type { Reading } from '../../bot/engine/subject.ts';
import type { ExchangeConnection } from '../../bot/exchange/exchange.ts';
import { connectExchange } from '../../bot/exchange/exchangeOnline.ts';
import { type Access, type AccessSource, readAccess } from '../../bot/graph/access.ts';
import type { GraphConnection } from '../../bot/graph/graph.ts';
import { connectGraph } from '../../bot/graph/microsoftGraph.ts';
import { createLog } from '../../bot/log.ts';
import { type PartnerOptions, partnerChoices } from '../../bot/partners/choices.ts';
import { readPartner } from '../../bot/partners/readPartner.ts';
import type * as partners from '../../bot/partners/step.ts';
import type { Options } from '../../bot/people/choices.ts';
import type { Person } from '../../bot/people/person.ts';
import { readPerson } from '../../bot/people/protection.ts';
import type { WriteContext } from '../../bot/people/step.ts';
import type { Exchange, TenantData } from '../../infra/local/tenant/server.ts';
import { startTestTenant, type TestTenant, type TestTenantOptions } from './tenant.ts';

/** The local tenant, and the bot's own clients of Graph and Exchange Online on it: all that a step needs. */
export interface StepWorld extends AsyncDisposable {
  tenant: TestTenant;
  graph: GraphConnection;
  exchange: ExchangeConnection;
  /** What the log got, one JSON line each. */
  lines: string[];
  /** Where the app's rights are read, as with `EXCHANGE=auto`. */
  source: AccessSource;
  readAccess(): Promise<Access>;
  reading: Reading;
  /** What the engine hands a step: the person read anew, and these choices of the plan card. */
  contextOf(name: string, options?: Partial<Options>): Promise<WriteContext>;
  /** The same for another organization, of a tenant that has some. */
  partnerContextOf(name: string, options?: Partial<PartnerOptions>): Promise<partners.WriteContext>;
  /** Somebody as the people picker gives them. */
  picked(name: string): Person;
}

/** Most steps of the playbook have something to do for jane with these; luca is chosen where a successor is. */
export const everythingAsked: Omit<Options, 'successor'> = {
  autoReply: 'Jane has left Contoso. Write to luca@contoso.com.',
  endState: 'delete',
  devices: 'wipe',
  appData: true,
  hold: true,
  cancelMeetings: true,
  forwardMail: false,
  exportContent: true,
};

const exchangeScope = 'https://outlook.office365.com/.default';

export async function startStepWorld(options: TestTenantOptions = {}): Promise<StepWorld> {
  const tenant = await startTestTenant(options);
  const lines: string[] = [];
  const log = createLog('debug', { write: (line) => void lines.push(line) });
  // A new token for each call: it carries the permissions of the moment.
  const graphToken = () => tenant.token();
  const exchangeToken = () => tenant.token(exchangeScope);
  const graph = connectGraph({ url: tenant.url, token: graphToken, log });
  const { breakGlassIds, tenantId } = tenant.data.signoff;
  const exchange = connectExchange({ url: tenant.url, tenantId, token: exchangeToken, log });
  const source: AccessSource = { graph, graphToken, exchangeToken, exchange: 'auto' };
  const access = () => readAccess(source);
  const picked = (name: string): Person => {
    const { id, displayName, userPrincipalName, mail } = tenant.person(name);
    return { id, displayName, userPrincipalName, mail };
  };
  const { helpdeskGroupId, approverGroupId, adminGroupId } = tenant.data.signoff;
  const reading: Reading = {
    graph,
    clock: systemClock,
    readAccess: access,
    untouchable: { accounts: breakGlassIds, groups: [helpdeskGroupId, approverGroupId, adminGroupId] },
    openSubjects: async () => new Set(),
    subjectsUnderWay: async () => new Set(),
    settings: async () => new Map(),
    noted: async () => null,
  };
  const anyContext = async () => ({
    access: await access(),
    graph,
    exchange,
    untouchable: reading.untouchable,
    subjectsUnderWay: reading.subjectsUnderWay,
    clock: systemClock,
    cloud: clouds.global,
    openedAt: new Date(),
    undone: null,
    attempt: 1,
    note: async () => undefined,
  });
  return {
    tenant,
    graph,
    exchange,
    lines,
    source,
    readAccess: access,
    reading,
    picked,
    async contextOf(name, chosen = {}) {
      const subject = await readPerson(reading, tenant.person(name).id, tenant.person('hana').id);
      return {
        ...(await anyContext()),
        subject,
        options: { ...everythingAsked, successor: picked('luca'), ...chosen },
        caseName: 'OFF-42',
      };
    },
    async partnerContextOf(name, chosen = {}) {
      const { tenantId } = partnerTenant(tenant.data, name);
      const subject = await readPartner(reading, tenantId, tenant.person('hana').id);
      const proposed = proposedOptions(partnerChoices, subject) as PartnerOptions;
      return { ...(await anyContext()), subject, options: { ...proposed, ...chosen }, caseName: 'PRT-7' };
    },
    [Symbol.asyncDispose]: () => tenant.close(),
  };
}

/** An organization in the world outside Contoso. */
function partnerTenant({ partners }: TenantData, name: string): TenantData['partners']['tenants'][number] {
  const found = partners.tenants.find(({ displayName }) => displayName === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

/** A preview, with its sentences and what they touch apart. */
export interface Shown extends Omit<Changes<unknown>, 'changes'> {
  changes: string[];
  touches: string[];
}

export const flat = (changes: readonly Change[]): { changes: string[]; touches: string[] } => ({
  changes: changes.map(({ says }) => says),
  touches: [...new Set(changes.flatMap(({ touches }) => touches))],
});

/** The preview of a step that has something to change. `before` has been to the journal and back. */
export async function previewChange(step: engine.Step, context: engine.WriteContext): Promise<Shown> {
  const found = await step.preview(context);
  if (!('changes' in found)) throw new assert.AssertionError({ message: `${step.id}: ${JSON.stringify(found)}` });
  return { ...found, ...flat(found.changes), before: JSON.parse(JSON.stringify(found.before)) };
}

/** Looks until it is proved, as the engine does, but not for long. */
export async function proveSoon(step: engine.Step, context: engine.WriteContext, before: unknown): Promise<string> {
  for (let look = 0; look < 100; look++) {
    const verdict = await step.verify(context, before);
    if ('proved' in verdict) return verdict.proved;
    if ('ordered' in verdict) return verdict.ordered;
    assert.ok('notYet' in verdict, `${step.id} was refuted: ${JSON.stringify(verdict)}`);
    await sleep(20);
  }
  throw new assert.AssertionError({ message: `${step.id} was not proved in time` });
}

/** What could have changed something, in Graph or in Exchange. The envelope of a batch is left out, the calls in it are there. */
export const writesIn = (exchanges: readonly Exchange[]): Exchange[] =>
  exchanges.filter((one) =>
    one.path.startsWith('/adminapi/')
      ? !cmdletOf(one).name.startsWith('Get-')
      : one.method !== 'GET' &&
        /^\/v1\.0\/(?!\$batch|users\/[^/]+\/checkMemberGroups|directoryObjects\/getByIds|identity\/conditionalAccess\/evaluate)/.test(
          one.path,
        ),
  );

/** What was asked of Exchange Online in one exchange. */
export function cmdletOf({ requestBody }: Pick<Exchange, 'requestBody'>): {
  name: string;
  parameters: Record<string, unknown>;
} {
  const { CmdletInput } = requestBody as {
    CmdletInput: { CmdletName: string; Parameters: Record<string, unknown> };
  };
  return { name: CmdletInput.CmdletName, parameters: CmdletInput.Parameters };
}

const moments = [
  'lastPasswordChangeDateTime',
  'signInSessionsValidFromDateTime',
  'lastUpdatedDateTime',
  'deletedDateTime',
  'startDateTime',
  'lastModifiedDateTime',
  // Of what the tenant promised: a cancellation, a hold, a device's order.
  'at',
  'since',
  'actionIssuedAt',
  'actionDoneAt',
];

/** What gets new ids, and a new moment of its making, when it is made again: it is the same all the same. */
const remade = [
  'roleAssignments',
  'roleEligibilities',
  'appRoleAssignments',
  'permissionGrants',
  'rules',
  'ediscoveryCases',
  'conditionalAccess',
  'connectedOrganizations',
];
const ofMaking = [
  'id',
  'createdDateTime',
  'lastModifiedDateTime',
  'modifiedDateTime',
  'sources',
  'searchId',
  'startsAt',
  'endsAt',
];

/** The tenant as it is now, without order and without the moments at which something was changed. */
export function stateOf(data: TenantData): unknown {
  const ordered = (value: unknown, without: readonly string[]): unknown => {
    if (Array.isArray(value))
      return value
        .map((one) => ordered(one, without))
        .map((one) => ({ one, key: JSON.stringify(one) }))
        .toSorted((a, b) => (a.key < b.key ? -1 : 1))
        .map(({ one }) => one);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([name]) => !without.includes(name))
        .map(([name, content]) => [
          name,
          ordered(content, remade.includes(name) ? [...without, ...ofMaking] : without),
        ]),
    );
  };
  return ordered(data, moments);
}

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
