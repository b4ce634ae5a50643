import { readFileSync } from 'node:fs';

export interface ModelType {
  base?: string;
  props: Record<string, string>;
  nav?: Record<string, string>;
}

export interface Operation {
  name: string;
  ns: string;
  on?: string;
  params: Record<string, string>;
  returns?: string;
}

interface Model {
  types: Record<string, ModelType>;
  enums: Record<string, string[]>;
  entitySets: Record<string, string>;
  singletons: Record<string, string>;
  actions: Operation[];
  functions: Operation[];
}

/** Microsoft's published metadata, v1.0; `g` stands for `microsoft.graph`, `[x]` for a collection of x. */
export const model = JSON.parse(readFileSync(new URL('./data/v1.0-model.json', import.meta.url), 'utf8')) as Model;

export const isCollection = (type: string): boolean => type.startsWith('[');
export const elementOf = (type: string): string => (isCollection(type) ? type.slice(1, -1) : type);
export const fullName = (name: string): string => name.replace(/^#?microsoft\.graph\./, 'g.');

function lineage(type: string): string[] {
  const found: string[] = [];
  for (let current: string | undefined = type; current; current = model.types[current]?.base) found.push(current);
  return found;
}

export const derivesFrom = (type: string, base: string): boolean => lineage(type).includes(base);

const families = new Map<string, string[]>();

function derivedTypes(base: string): string[] {
  const known = families.get(base) ?? Object.keys(model.types).filter((type) => derivesFrom(type, base));
  families.set(base, known);
  return known;
}

function lookUp(
  type: string,
  name: string,
  read: (entry: ModelType) => Record<string, string> | undefined,
): string | undefined {
  for (const ancestor of lineage(type)) {
    const members = read(model.types[ancestor] ?? { props: {} });
    if (members && Object.hasOwn(members, name)) return members[name];
  }
  return undefined;
}

const propertyType = (type: string, name: string): string | undefined => lookUp(type, name, (entry) => entry.props);
export const navigationType = (type: string, name: string): string | undefined =>
  lookUp(type, name, (entry) => entry.nav);
export const memberType = (type: string, name: string): string | undefined =>
  propertyType(type, name) ?? navigationType(type, name);

/** A name that Graph accepts in `$select` or `$filter` of a list whose items may be of a derived type. */
export function memberInFamily(type: string, name: string): string | undefined {
  const own = memberType(type, name);
  if (own) return own;
  for (const derived of derivedTypes(type)) {
    const found = memberType(derived, name);
    if (found) return found;
  }
  return undefined;
}

export function operationsNamed(kind: 'actions' | 'functions', name: string, on: string): Operation[] {
  const wanted = name.split('.').at(-1);
  return model[kind].filter((operation) => {
    if (operation.name !== wanted || operation.on === undefined) return false;
    return isCollection(operation.on) === isCollection(on) && derivesFrom(elementOf(on), elementOf(operation.on));
  });
}

const forms: Record<string, (value: unknown) => boolean> = {
  'Edm.Boolean': (value) => typeof value === 'boolean',
  'Edm.Int16': Number.isInteger,
  'Edm.Int32': Number.isInteger,
  'Edm.Byte': Number.isInteger,
  'Edm.Int64': (value) => Number.isInteger(value) || (typeof value === 'string' && /^-?\d+$/.test(value)),
  'Edm.Double': (value) => typeof value === 'number',
  'Edm.Single': (value) => typeof value === 'number',
  'Edm.Decimal': (value) => typeof value === 'number',
  'Edm.DateTimeOffset': (value) =>
    typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value),
  'Edm.Date': (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value),
  'Edm.TimeOfDay': (value) => typeof value === 'string' && /^\d\d:\d\d:\d\d(\.\d+)?$/.test(value),
  'Edm.Duration': (value) => typeof value === 'string' && /^-?P/.test(value),
  'Edm.Guid': (value) => typeof value === 'string' && /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value),
};

/** What is wrong with a value of this type, at every level; property names of open types count too. */
export function valueViolations(value: unknown, type: string, where: string): string[] {
  if (value === null || value === undefined) return [];
  if (isCollection(type)) {
    if (!Array.isArray(value)) return [`${where} should be a list of ${elementOf(type)}`];
    return value.flatMap((item, index) => valueViolations(item, elementOf(type), `${where}[${index}]`));
  }
  const values = model.enums[type];
  if (values) {
    const isKnown = typeof value === 'string' && value.split(',').every((part) => values.includes(part.trim()));
    return isKnown ? [] : [`${where}: ${JSON.stringify(value)} is no value of ${type}`];
  }
  if (model.types[type]) return objectViolations(value, type, where);
  if (!type.startsWith('Edm.')) return [`${where}: the copied model has no type ${type}`];
  const isRight = forms[type] ?? ((content: unknown) => typeof content === 'string');
  return isRight(value) ? [] : [`${where}: ${JSON.stringify(value)} is no ${type}`];
}

/** What answers of v1.0 have beside the metadata, in types that are open, each with where it is seen. */
const besides: Record<string, string[]> = {
  // https://learn.microsoft.com/graph/api/directoryaudit-list?view=graph-rest-1.0, the answer of the example
  'g.userIdentity': ['homeTenantId', 'homeTenantName'],
};

function objectViolations(value: unknown, declared: string, where: string): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [`${where} should be a ${declared}`];
  const record = value as Record<string, unknown>;
  const said = record['@odata.type'];
  const type = typeof said === 'string' ? fullName(said) : declared;
  if (!model.types[type]) return [`${where}: @odata.type ${String(said)} is not in the model`];
  if (!derivesFrom(type, declared)) return [`${where}: ${type} is no ${declared}`];
  return Object.entries(record).flatMap(([name, content]) => {
    if (name.startsWith('@')) return [];
    const [property = '', annotation] = name.split('@');
    const found = memberType(type, property);
    if (!found && besides[type]?.includes(property)) return [];
    if (!found) return [`${where}.${property} does not exist in ${type}`];
    return annotation === undefined ? valueViolations(content, found, `${where}.${name}`) : [];
  });
}
