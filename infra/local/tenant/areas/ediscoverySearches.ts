import { z } from 'zod';
import {
  begin,
  casesContext,
  casesPath,
  findCase,
  findOpenCase,
  findSearch,
  newId,
  searchResource,
} from '../ediscovery.ts';
import type { EdiscoveryCase, Search } from '../ediscoverySchema.ts';
import { badRequest, GraphError } from '../errors.ts';
import { collection, entity } from '../odata/answer.ts';
import { stamp } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';

const contextOf = (own: EdiscoveryCase) => ({ context: `${casesContext}('${own.id}')/searches` });

const searchBody = z.strictObject({
  displayName: z.string().min(1),
  description: z.string().nullish(),
  contentQuery: z.string().nullish(),
  dataSourceScopes: z
    .enum(['none', 'allTenantMailboxes', 'allTenantSites', 'allCaseCustodians', 'allCaseNoncustodialDataSources'])
    .nullish(),
  'custodianSources@odata.bind': z.array(z.string()).nullish(),
  additionalSources: z.array(z.looseObject({ email: z.string().optional() })).nullish(),
});

function addSearch(call: Call): Reply {
  const own = findOpenCase(call);
  const body = searchBody.safeParse(call.body);
  if (!body.success)
    throw badRequest(`The request body is not valid: ${body.error.issues[0]?.path.join('.') ?? ''}.`, 'BadRequest');
  const { displayName, description, contentQuery, dataSourceScopes, additionalSources } = body.data;
  if (own.searches.some((search) => search.displayName.toLowerCase() === displayName.toLowerCase()))
    throw new GraphError(409, 'Conflict', 'A search with the same name already exists in the case.');
  const known = own.custodians.flatMap((custodian) => custodian.userSources.map((source) => source.id));
  const bound = (body.data['custodianSources@odata.bind'] ?? []).map(
    (address) => /userSources[/(]'?([0-9a-f]+)/i.exec(address)?.[1] ?? '',
  );
  if (bound.some((id) => !known.includes(id))) throw badRequest('A custodian source was not found.', 'BadRequest');
  const everyone = dataSourceScopes === 'allCaseCustodians' ? known : [];
  const at = stamp(call.now);
  const made: Search = {
    id: newId(),
    displayName,
    description: description ?? null,
    contentQuery: contentQuery ?? '',
    dataSourceScopes: dataSourceScopes ?? 'none',
    createdDateTime: at,
    lastModifiedDateTime: at,
    sources: [...new Set([...everyone, ...bound, ...(additionalSources ?? []).map(() => newId())])],
  };
  own.searches.push(made);
  return entity(call, searchResource(call, made), contextOf(own), 201);
}

const exportBody = z.strictObject({
  displayName: z.string().min(1),
  description: z.string().nullish(),
  exportCriteria: z.string().nullish(),
  exportFormat: z.enum(['pst', 'msg', 'eml']).nullish(),
  exportLocation: z.string().nullish(),
  additionalOptions: z.string().nullish(),
  exportSingleItems: z.boolean().nullish(),
  cloudAttachmentVersion: z.string().nullish(),
  documentVersion: z.string().nullish(),
});

function exportResult(call: Call): Reply {
  const own = findOpenCase(call);
  const search = findSearch(call, own);
  const body = exportBody.safeParse(call.body);
  if (!body.success) throw badRequest('The parameters of exportResult are not valid.', 'BadRequest');
  // Microsoft's page calls it an export "from an estimated" search; how the refusal looks is not documented.
  const at = call.now.getTime();
  if (
    !own.operations.some((one) => one.action === 'estimateStatistics' && one.searchId === search.id && one.endsAt <= at)
  )
    throw badRequest('The search has not been estimated.', 'BadRequest');
  const { billing, exportEndsAs } = call.data.ediscovery;
  // That billing is needed without premium licenses is documented; how the refusal looks is not.
  if (!billing)
    throw new GraphError(
      402,
      'PaymentRequired',
      'Pay-as-you-go billing for eDiscovery is not set up in Microsoft Purview for this organization.',
    );
  return begin(call, own, {
    action: 'exportResult',
    endsAs: exportEndsAs,
    searchId: search.id,
    request: body.data,
    takesMs: call.data.delays.exportMs,
  });
}

function estimateStatistics(call: Call): Reply {
  const own = findOpenCase(call);
  const { id: searchId } = findSearch(call, own);
  const takesMs = call.data.delays.estimateMs;
  return begin(call, own, { action: 'estimateStatistics', endsAs: 'succeeded', searchId, takesMs });
}

export const ediscoverySearches: Route[] = [
  {
    method: 'GET',
    path: `${casesPath}/{case}/searches`,
    answer: (call) => {
      const own = findCase(call);
      return collection(
        call,
        own.searches.map((search) => searchResource(call, search)),
        contextOf(own),
      );
    },
  },
  { method: 'POST', path: `${casesPath}/{case}/searches`, answer: addSearch },
  {
    method: 'GET',
    path: `${casesPath}/{case}/searches/{search}`,
    answer: (call) => {
      const own = findCase(call);
      return entity(call, searchResource(call, findSearch(call, own)), contextOf(own));
    },
  },
  { method: 'POST', path: `${casesPath}/{case}/searches/{search}/estimateStatistics`, answer: estimateStatistics },
  { method: 'POST', path: `${casesPath}/{case}/searches/{search}/exportResult`, answer: exportResult },
];
