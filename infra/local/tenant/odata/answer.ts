import { badRequest, unsupportedQuery } from '../errors.ts';
import type { Call, Reply } from '../route.ts';
import { advancedProperty, matches, pathsOf } from './filter.ts';
import type { Expand } from './options.ts';
import { ownValue, type Resource, valueAt } from './resource.ts';
import { found } from './search.ts';

export interface Shape {
  /** What follows `$metadata#` in the context: `users`, `directoryObjects`. */
  context: string;
  /** The properties shown without `$select`; all of them where left out. */
  defaults?: readonly string[];
  expand?: Record<string, (resource: Resource) => Resource | Resource[] | null>;
  /** Directory objects need `ConsistencyLevel: eventual` for advanced queries. */
  directory?: boolean;
  /** Lists such as memberOf are filtered and sorted by the advanced index alone. */
  relation?: boolean;
  /** Without `$top`; 100 where left out. */
  pageSize?: number;
}

const pageSize = 100;

const isEventual = (call: Call): boolean => call.headers.consistencylevel?.toLowerCase() === 'eventual';

/** One object: `$select`, `$expand`, `@odata.context`. */
export function entity(call: Call, resource: Resource, shape: Shape, status = 200): Reply {
  const context = `${call.root}/$metadata#${shape.context}${selected(call)}/$entity`;
  return { status, body: { '@odata.context': context, ...shown(call, resource, shape) } };
}

/** A value that is no object, such as `userPurpose` or an action's Boolean. */
export const value = (call: Call, context: string, content: unknown): Reply => ({
  status: 200,
  body: { '@odata.context': `${call.root}/$metadata#${context}`, value: content },
});

/** A list: `$filter`, `$search`, `$orderby`, `$count`, paging, then `$select` and `$expand` for each object. */
export function collection(call: Call, resources: readonly Resource[], shape: Shape): Reply {
  checkAdvanced(call, resources, shape);
  const wanted = ordered(
    call,
    resources.filter((resource) => isWanted(call, resource)),
  );
  const rest = remaining(call, wanted);
  const size = call.query.top ?? shape.pageSize ?? pageSize;
  const page = rest.slice(0, size);
  const body: Record<string, unknown> = {
    '@odata.context': `${call.root}/$metadata#${shape.context}${selected(call)}`,
  };
  if (call.query.count && (!shape.directory || isEventual(call))) body['@odata.count'] = wanted.length;
  if (rest.length > size)
    body['@odata.nextLink'] = nextLink(
      call,
      rest.slice(size).map((resource) => resource.id),
    );
  body.value = page.map((resource) => shown(call, resource, shape));
  return { status: 200, body };
}

/** The plain number behind `/$count`. */
export function countOf(call: Call, resources: readonly Resource[]): Reply {
  if (!isEventual(call))
    throw badRequest("$count is not currently supported. Add the header 'ConsistencyLevel: eventual'.");
  const total = resources.filter((resource) => isWanted(call, resource)).length;
  return { status: 200, body: total, headers: { 'content-type': 'text/plain' } };
}

function isWanted(call: Call, resource: Resource): boolean {
  const { filter, search } = call.query;
  return (!filter || matches(filter, resource)) && (!search || found(search, resource));
}

function checkAdvanced(call: Call, resources: readonly Resource[], shape: Shape): void {
  const { filter, search, orderBy, count } = call.query;
  const sample = resources[0];
  for (const path of filter && sample ? pathsOf(filter) : []) {
    const [property = ''] = path.split('/');
    if (sample && ownValue(sample, property) === undefined)
      throw badRequest(
        `Invalid filter clause: Could not find a property named '${property}' on type '${shape.context}'.`,
        'BadRequest',
      );
  }
  if (!shape.directory) return;
  if (search && !isEventual(call))
    throw unsupportedQuery(
      "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'",
    );
  if (isEventual(call) && count) return;
  if (shape.relation && (filter || orderBy.length > 0))
    throw unsupportedQuery('The specified filter to the reference property query is currently not supported.');
  const property = filter && advancedProperty(filter);
  if (property)
    throw unsupportedQuery(
      `Unsupported or invalid query filter clause specified for property '${property.split('/')[0]}' of resource '${shape.context}'.`,
    );
  if (filter && orderBy.length > 0) throw unsupportedQuery('Sorting not supported for current query.');
}

function ordered(call: Call, resources: Resource[]): Resource[] {
  const key = (resource: Resource, property: string) =>
    String(valueAt(resource, property.split('/')) ?? '').toLowerCase();
  return resources.toSorted((left, right) => {
    for (const { property, descending } of call.query.orderBy) {
      const order = key(left, property).localeCompare(key(right, property), 'en');
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  });
}

/** A page token names what is left, so that deleting while paging neither skips nor repeats. */
function remaining(call: Call, wanted: Resource[]): Resource[] {
  if (call.query.skipToken === undefined) return wanted;
  const left = call.recallPage(call.query.skipToken);
  if (!left)
    throw badRequest(
      'The specified page token value has expired and cannot be included in your request.',
      'Directory_ExpiredPageToken',
    );
  const byId = new Map(wanted.map((resource) => [resource.id, resource]));
  return left.flatMap((id) => byId.get(id) ?? []);
}

function nextLink(call: Call, ids: string[]): string {
  const kept = call.query.raw.filter(([name]) => name.toLowerCase() !== '$skiptoken');
  const query = [...kept, ['$skiptoken', call.rememberPage(ids)] as const].map(
    ([name, content]) => `${name}=${encodeURIComponent(content)}`,
  );
  return `${call.root}${call.path}?${query.join('&')}`;
}

function selected(call: Call): string {
  const names = [...(call.query.select ?? []), ...call.query.expand.map((expand) => `${expand.property}()`)];
  return names.length > 0 ? `(${names.join(',')})` : '';
}

function shown(call: Call, resource: Resource, shape: Shape): Record<string, unknown> {
  const result = pick(resource, call.query.select ?? shape.defaults);
  for (const expand of call.query.expand) {
    const read = shape.expand?.[expand.property];
    if (!read)
      throw badRequest(
        `Parsing OData Select and Expand failed: Could not find a property named '${expand.property}'.`,
        'BadRequest',
      );
    const related = read(resource);
    if (Array.isArray(related)) result[expand.property] = related.map((item) => pickExpanded(item, expand));
    else if (related) result[expand.property] = pickExpanded(related, expand);
  }
  return result;
}

const pickExpanded = (resource: Resource, expand: Expand) => pick(resource, expand.select);

/** Annotations such as `@odata.type` always stay. */
export function pick(resource: Resource, names: readonly string[] | undefined): Record<string, unknown> {
  if (!names) return { ...resource };
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return Object.fromEntries(
    Object.entries(resource).filter(([name]) => name.startsWith('@') || wanted.has(name.toLowerCase())),
  );
}
