import {
  derivesFrom,
  elementOf,
  fullName,
  isCollection,
  memberType,
  model,
  type Operation,
  operationsNamed,
} from './model.ts';

/** What a path stands for. `type` is absent for an action or function that returns nothing. */
export interface Target {
  type?: string;
  kind: 'object' | 'value' | 'action' | 'function' | 'ref' | 'count' | 'batch';
  operations: Operation[];
}

/** Follows entity sets, singletons, keys, navigation, casts and operations; a string says where it stops. */
export function resolvePath(method: string, path: string): Target | string {
  const segments = path.split('/').filter(Boolean).flatMap(splitKey);
  const [head = '', ...rest] = segments;
  if (head === '$batch') return { kind: 'batch', operations: [] };
  const set = model.entitySets[head];
  const start = set ? `[${set}]` : model.singletons[head];
  if (!start) return `'${head}' is no entity set or singleton`;
  let target: Target = { type: start, kind: 'object', operations: [] };
  for (const segment of rest) {
    const next = follow(method, target, segment);
    if (typeof next === 'string') return next;
    target = next;
  }
  return target;
}

/** `users('x')` becomes `users`, `x`, and so does any list; a function names its parameters and keeps its parentheses. */
function splitKey(segment: string): string[] {
  const keyed = /^(\w+)\((\w+=)?'((?:[^']|'')*)'\)$/.exec(segment);
  const isKey = keyed?.[1] && (keyed[2] === undefined || model.entitySets[keyed[1]]);
  return isKey ? [keyed[1] ?? '', `key:${keyed[3]}`] : [segment];
}

function follow(method: string, target: Target, raw: string): Target | string {
  const { type } = target;
  const segment = decodeURIComponent(raw);
  if (target.kind !== 'object' || !type) return `nothing can follow before '${segment}'`;
  if (segment === '$ref') return { type, kind: 'ref', operations: [] };
  if (segment === '$count')
    return isCollection(type) ? { type, kind: 'count', operations: [] } : `$count of one ${type}`;

  const cast = fullName(segment);
  if (segment.includes('.') && model.types[cast]) {
    if (!derivesFrom(cast, elementOf(type))) return `${cast} is no ${elementOf(type)}`;
    return { type: isCollection(type) ? `[${cast}]` : cast, kind: 'object', operations: [] };
  }
  const name = segment.replace(/\(.*\)$/, '');
  const kind = method === 'POST' ? 'actions' : 'functions';
  const operations = operationsNamed(kind, name, type);
  if (operations.length > 0) {
    const returns = operations[0]?.returns;
    return { ...(returns ? { type: returns } : {}), kind: kind === 'actions' ? 'action' : 'function', operations };
  }
  if (isCollection(type)) return { type: elementOf(type), kind: 'object', operations: [] };
  if (!model.types[type]) return `the copied model has no type ${type}`;
  const next = memberType(type, segment);
  if (!next) return `'${segment}' is nothing of ${type}`;
  return { type: next, kind: model.types[elementOf(next)] ? 'object' : 'value', operations: [] };
}
