import { elementOf, isCollection, memberInFamily, navigationType } from './model.ts';

const known = [
  '$select',
  '$expand',
  '$filter',
  '$search',
  '$orderby',
  '$top',
  '$skip',
  '$count',
  '$skiptoken',
  '$format',
];
const viewParameters = ['startDateTime', 'endDateTime'];
const words = [
  'and',
  'or',
  'not',
  'eq',
  'ne',
  'gt',
  'ge',
  'lt',
  'le',
  'in',
  'true',
  'false',
  'null',
  'startswith',
  'endswith',
  'contains',
];

/** Every name in the query options must be a property of what the path stands for. */
export function queryViolations(query: string, type: string | undefined, path: string): string[] {
  return [...new URLSearchParams(query)].flatMap(([option, value]) => {
    if (viewParameters.includes(option) && /\/calendarView$/.test(path)) return [];
    if (!known.includes(option)) return [`${option} is no query option`];
    const element = type && elementOf(type);
    if (!element || element.startsWith('Edm.'))
      return option === '$select' || option === '$filter' ? [`${option} on ${element ?? 'nothing'}`] : [];
    return optionViolations(option, value, element);
  });
}

function optionViolations(option: string, value: string, type: string): string[] {
  switch (option) {
    case '$select':
      return names(value).flatMap((name) => pathViolations(name, type, option));
    case '$orderby':
      return names(value).flatMap((name) => pathViolations(name.split(' ')[0] ?? '', type, option));
    case '$search':
      return [...value.matchAll(/"(\w+):/g)].flatMap((found) => pathViolations(found[1] ?? '', type, option));
    case '$filter':
      return filterViolations(value, type);
    case '$expand':
      return expandViolations(value, type);
    case '$top':
      return /^\d+$/.test(value) ? [] : [`$top=${value}`];
    case '$count':
      return ['true', 'false'].includes(value) ? [] : [`$count=${value}`];
    default:
      return [];
  }
}

const names = (value: string): string[] => value.split(',').map((name) => name.trim());

function pathViolations(path: string, type: string, option: string): string[] {
  let current = type;
  for (const segment of path.split('/')) {
    if (segment === '$count' || segment === '*') return [];
    const next = memberInFamily(elementOf(current), segment);
    if (!next) return [`${option}: '${segment}' does not exist in ${elementOf(current)}`];
    current = next;
  }
  return [];
}

function filterViolations(filter: string, type: string): string[] {
  const text = filter
    .replace(/'(?:[^']|'')*'/g, "''")
    .replace(/\b[0-9a-f]{8}-[0-9a-f-]{27}\b/gi, "''")
    .replace(/\b\d{4}-\d\d-\d\d[\w:.+-]*/g, "''");
  const variables = new Map<string, string>();
  const problems: string[] = [];
  for (const [, path = '', variable = ''] of text.matchAll(/([\w/]+)\/(?:any|all)\((\w+):/g)) {
    const list = memberInFamily(type, path.split('/')[0] ?? '');
    if (!list || !isCollection(list)) problems.push(`$filter: '${path}' is no collection of ${type}`);
    else variables.set(variable, elementOf(list));
  }
  for (const [name] of text.replace(/\/(any|all)\(\w+:/g, '(').matchAll(/[A-Za-z_][\w/$]*/g)) {
    const [first = '', ...rest] = name.split('/');
    if (words.includes(first.toLowerCase())) continue;
    const bound = variables.get(first);
    if (bound === undefined) problems.push(...pathViolations(name, type, '$filter'));
    else if (rest.length > 0) problems.push(...pathViolations(rest.join('/'), bound, '$filter'));
  }
  return problems;
}

function expandViolations(value: string, type: string): string[] {
  const parsed = [...value.matchAll(/(\w+)(?:\(([^)]*)\))?,?/g)];
  return parsed.flatMap(([, name = '', inner = '']) => {
    const target = navigationType(type, name);
    if (!target) return [`$expand: '${name}' is no navigation of ${type}`];
    const select = /\$select=([^;]*)/.exec(inner)?.[1];
    return select ? optionViolations('$select', select, elementOf(target)) : [];
  });
}
