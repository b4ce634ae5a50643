import type { CaseOperation, Custodian, EdiscoveryCase, Search } from './ediscoverySchema.ts';
import { badRequest, GraphError } from './errors.ts';
import type { Resource } from './odata/resource.ts';
import { stamp } from './resources.ts';
import type { Call, Reply } from './route.ts';

/** eDiscovery of Microsoft Purview: who may call, how cases and their parts look, and operations that take a while. */
export const casesPath = '/security/cases/ediscoveryCases';
export const casesContext = 'security/cases/ediscoveryCases';

const missing = (id: string) => new GraphError(404, 'NotFound', `The resource ${id} was not found.`);

/** Consent alone is not enough; status and text of the refusal are worded here. */
export function requireRoleGroup(call: Call): void {
  const isPremium = call.data.subscribedSkus.some(
    ({ enabled, servicePlans }) =>
      enabled > 0 && servicePlans.some(({ servicePlanName }) => servicePlanName.startsWith('EQUIVIO_ANALYTICS')),
  );
  if (!isPremium) throw new GraphError(403, 'Forbidden', 'App-only access needs eDiscovery (Premium) licenses.');
  if (!call.data.ediscovery.roleGroup)
    throw new GraphError(
      403,
      'Forbidden',
      'The service principal is not a member of an eDiscovery role group in Microsoft Purview.',
    );
}

export function findCase(call: Call): EdiscoveryCase {
  requireRoleGroup(call);
  const id = (call.params.case ?? '').toLowerCase();
  const found = call.data.ediscoveryCases.find((candidate) => candidate.id === id);
  if (!found) throw missing(id);
  return found;
}

export function findOpenCase(call: Call): EdiscoveryCase {
  const found = findCase(call);
  if (found.status !== 'active') throw badRequest('The case is closed.', 'BadRequest');
  found.lastModifiedDateTime = stamp(call.now);
  return found;
}

function part<T extends { id: string }>(list: readonly T[], id = ''): T {
  const found = list.find((candidate) => candidate.id === id);
  if (!found) throw missing(id);
  return found;
}

export const findCustodian = (call: Call, own: EdiscoveryCase): Custodian =>
  part(own.custodians, call.params.custodian);
export const findSearch = (call: Call, own: EdiscoveryCase): Search => part(own.searches, call.params.search);
export const findOperation = (call: Call, own: EdiscoveryCase): CaseOperation =>
  part(own.operations, call.params.operation);

const app = (call: Call) => ({
  application: { id: call.data.signoff.clientId, displayName: 'Signoff' },
  device: null,
  user: null,
});

export const caseResource = (call: Call, own: EdiscoveryCase): Resource => ({
  id: own.id,
  displayName: own.displayName,
  description: own.description,
  externalId: own.externalId,
  status: own.status,
  createdDateTime: own.createdDateTime,
  lastModifiedDateTime: own.lastModifiedDateTime,
  lastModifiedBy: app(call),
  closedDateTime: own.closedDateTime,
  closedBy: own.closedDateTime === null ? null : app(call),
});

function holdStatus({ hold, pendingHold }: Custodian): string {
  if (!pendingHold) return hold;
  return pendingHold.to === 'applied' ? 'applying' : 'removing';
}

export const custodianResource = (custodian: Custodian): Resource => ({
  id: custodian.id,
  displayName: custodian.displayName,
  email: custodian.email,
  status: 'active',
  holdStatus: holdStatus(custodian),
  createdDateTime: custodian.createdDateTime,
  lastModifiedDateTime: custodian.lastModifiedDateTime,
  releasedDateTime: null,
  acknowledgedDateTime: null,
});

export function userSourceResource(call: Call, custodian: Custodian, id: string): Resource {
  const source = part(custodian.userSources, id);
  return {
    '@odata.type': '#microsoft.graph.security.userSource',
    id: source.id,
    displayName: custodian.displayName,
    email: source.email,
    includedSources: source.includedSources,
    siteWebUrl: source.includedSources.includes('site') ? siteOf(call, custodian) : null,
    holdStatus: holdStatus(custodian),
    createdDateTime: source.createdDateTime,
    createdBy: app(call),
  };
}

function siteOf(call: Call, { email }: Custodian): string {
  const initial = call.data.organization.verifiedDomains.find((domain) => domain.isInitial)?.name.split('.')[0];
  return `https://${initial ?? 'tenant'}-my.sharepoint.com/personal/${email.toLowerCase().replace(/[^a-z0-9]/g, '_')}`;
}

export const searchResource = (call: Call, search: Search): Resource => ({
  id: search.id,
  displayName: search.displayName,
  description: search.description,
  contentQuery: search.contentQuery,
  dataSourceScopes: search.dataSourceScopes,
  createdDateTime: search.createdDateTime,
  createdBy: app(call),
  lastModifiedDateTime: search.lastModifiedDateTime,
  lastModifiedBy: app(call),
});

/** Ids of eDiscovery are 32 hexadecimal digits. */
export const newId = (): string => crypto.randomUUID().replaceAll('-', '');

/** Begins an operation and answers with where to ask for it. */
export function begin(
  call: Call,
  own: EdiscoveryCase,
  operation: Pick<CaseOperation, 'action' | 'endsAs'> & Partial<CaseOperation> & { takesMs: number },
): Reply {
  const { takesMs, ...rest } = operation;
  const at = call.now.getTime();
  const made: CaseOperation = {
    id: newId(),
    createdDateTime: stamp(call.now),
    startsAt: at + takesMs / 10,
    endsAt: at + takesMs,
    searchId: null,
    request: {},
    ...rest,
  };
  own.operations.push(made);
  const location = `${call.root}${casesPath}('${own.id}')/operations('${made.id}')`;
  return { status: 202, headers: { location } };
}

/** Later members of an enumeration show as `unknownFutureValue` unless the caller prefers to see them. */
const laterActions = ['exportResult', 'exportReport', 'purgeData', 'holdPolicySync'];

export function operationResource(call: Call, own: EdiscoveryCase, operation: CaseOperation): Resource {
  const at = call.now.getTime();
  const { startsAt, endsAt, endsAs, action } = operation;
  const isDone = at >= endsAt;
  const status = isDone ? endsAs : at < startsAt ? 'notStarted' : 'running';
  const share = endsAt > startsAt ? (at - startsAt) / (endsAt - startsAt) : 1;
  const percent = Math.round(100 * Math.min(1, Math.max(0, share)));
  const prefersAll = call.headers.prefer?.includes('include-unknown-enum-members') === true;
  const base = {
    id: operation.id,
    action: laterActions.includes(action) && !prefersAll ? 'unknownFutureValue' : action,
    status,
    percentProgress: isDone && endsAs === 'failed' ? 60 : percent,
    createdDateTime: operation.createdDateTime,
    completedDateTime: isDone ? stamp(new Date(endsAt)) : null,
    createdBy: app(call),
    resultInfo:
      isDone && endsAs === 'failed' ? { code: 500, subcode: 0, message: 'The export could not be made.' } : null,
  };
  if (action === 'holdUpdate') return { '@odata.type': '#microsoft.graph.security.ediscoveryHoldOperation', ...base };
  if (action === 'estimateStatistics') return estimate(own, operation, base, isDone);
  const { displayName, description, exportCriteria, exportFormat, exportLocation, exportSingleItems } =
    operation.request;
  return {
    '@odata.type': '#microsoft.graph.security.ediscoverySearchExportOperation',
    ...base,
    displayName: displayName ?? null,
    description: description ?? null,
    exportCriteria: exportCriteria ?? 'searchHits',
    exportFormat: exportFormat ?? 'pst',
    exportLocation: exportLocation ?? 'responsiveLocations',
    exportSingleItems: exportSingleItems ?? false,
    exportFileMetadata: isDone && endsAs !== 'failed' ? exportedFiles(call, own, operation) : [],
  };
}

function estimate(own: EdiscoveryCase, { searchId }: CaseOperation, base: Resource, isDone: boolean): Resource {
  const sources = own.searches.find((search) => search.id === searchId)?.sources.length ?? 0;
  return {
    '@odata.type': '#microsoft.graph.security.ediscoveryEstimateOperation',
    ...base,
    mailboxCount: isDone ? sources : 0,
    siteCount: isDone ? sources : 0,
    indexedItemCount: isDone ? 9214 : 0,
    indexedItemsSize: isDone ? 1_482_768_384 : 0,
    unindexedItemCount: isDone ? 12 : 0,
    unindexedItemsSize: isDone ? 48_213_904 : 0,
  };
}

/** The addresses name this machine and serve nothing. */
function exportedFiles(call: Call, own: EdiscoveryCase, operation: CaseOperation): Record<string, unknown>[] {
  const search = own.searches.find((candidate) => candidate.id === operation.searchId);
  const name = String(operation.request.displayName ?? search?.displayName ?? 'Export').replace(/[^\w.-]+/g, '_');
  const folder = `${call.root.replace(/\/v1\.0$/, '')}/ediscovery/exports/${operation.id}`;
  return [
    { fileName: `PSTs.001.${name}.zip`, size: 1_391_204_352 },
    { fileName: `Reports-${name}.zip`, size: 184_320 },
  ].map((file) => ({ ...file, downloadUrl: `${folder}/${encodeURIComponent(file.fileName)}` }));
}
