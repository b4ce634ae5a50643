import type { Exchange } from '../../infra/local/tenant/server.ts';
import { elementOf, isCollection, valueViolations } from './model.ts';
import { resolvePath, type Target } from './path.ts';
import { queryViolations } from './query.ts';

type Body = Record<string, unknown>;

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What this exchange does that Microsoft's published v1.0 metadata does not know; empty when all is well. */
export function contractViolations(exchange: Exchange): string[] {
  if (!exchange.path.startsWith('/v1.0/')) return [];
  const [path = '', query = ''] = splitQuery(exchange.path.slice('/v1.0'.length));
  const target = resolvePath(exchange.method, path);
  const problems =
    typeof target === 'string'
      ? [target]
      : [
          ...queryViolations(query, target.type, path),
          ...requestViolations(exchange, target),
          ...(exchange.status >= 200 && exchange.status < 300 ? responseViolations(exchange, target) : []),
        ];
  if (exchange.status >= 400) problems.push(...errorViolations(exchange.responseBody));
  return problems.map((problem) => `${exchange.method} ${exchange.path} ${exchange.status}: ${problem}`);
}

function splitQuery(target: string): string[] {
  const at = target.indexOf('?');
  return at < 0 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
}

function requestViolations({ method, requestBody }: Exchange, target: Target): string[] {
  if (requestBody === undefined || requestBody === null) return [];
  if (method === 'GET' || method === 'DELETE') return [`a ${method} with a body`];
  if (!isBody(requestBody)) return ['the request body is no object'];
  if (target.kind === 'batch') return batchViolations(requestBody);
  if (target.kind === 'ref') {
    const names = Object.keys(requestBody);
    return names.length === 1 && typeof requestBody['@odata.id'] === 'string'
      ? []
      : [`a $ref body has @odata.id alone, not ${names.join(', ')}`];
  }
  if (target.kind === 'action') return parameterViolations(requestBody, target);
  return target.type ? valueViolations(requestBody, elementOf(target.type), 'request') : [];
}

/** Overloads differ by their parameters: the one that fits best speaks. */
function parameterViolations(body: Body, target: Target): string[] {
  const perOverload = target.operations.map((operation) =>
    Object.entries(body).flatMap(([name, content]) => {
      const type = operation.params[name];
      return type
        ? valueViolations(content, type, `parameter ${name}`)
        : [`${operation.name} has no parameter '${name}'`];
    }),
  );
  return perOverload.toSorted((a, b) => a.length - b.length)[0] ?? [];
}

function batchViolations(body: Body): string[] {
  if (!Array.isArray(body.requests)) return ['a batch without requests'];
  return body.requests.flatMap((step: unknown, index) => {
    if (!isBody(step)) return [`requests[${index}] is no object`];
    const missing = ['id', 'method', 'url'].filter((name) => typeof step[name] !== 'string');
    const unknown = Object.keys(step).filter(
      (name) => !['id', 'method', 'url', 'headers', 'body', 'dependsOn'].includes(name),
    );
    return [
      ...missing.map((name) => `requests[${index}] has no ${name}`),
      ...unknown.map((name) => `requests[${index}].${name} does not exist`),
    ];
  });
}

function responseViolations({ method, status, responseBody }: Exchange, target: Target): string[] {
  if (status === 204 || status === 202) return responseBody === undefined ? [] : [`${status} with a body`];
  if (target.kind === 'batch')
    return isBody(responseBody) && Array.isArray(responseBody.responses) ? [] : ['a batch answer without responses'];
  if (target.kind === 'count') return Number.isInteger(responseBody) ? [] : ['$count should be a number'];
  if (!isBody(responseBody)) return ['the answer is no object'];
  const problems = typeof responseBody['@odata.context'] === 'string' ? [] : ['the answer has no @odata.context'];
  const { type } = target;
  if (!type) return [...problems, 'an answer where the operation returns nothing'];
  // Creating in a collection answers with the one that was created.
  const answered = method === 'POST' && target.kind === 'object' ? elementOf(type) : type;
  const wrapped = isCollection(answered) || answered.startsWith('Edm.') || target.kind === 'value';
  if (!wrapped) return [...problems, ...valueViolations(responseBody, answered, 'response')];
  const extra = Object.keys(responseBody).filter((name) => name !== 'value' && !name.startsWith('@odata.'));
  if (!('value' in responseBody)) problems.push("the answer has no 'value'");
  return [
    ...problems,
    ...extra.map((name) => `'${name}' beside value`),
    ...valueViolations(responseBody.value, answered, 'response.value'),
  ];
}

function errorViolations(body: unknown): string[] {
  const error = isBody(body) ? body.error : undefined;
  if (!isBody(error)) return ['an error without the envelope'];
  const problems = ['code', 'message']
    .filter((name) => typeof error[name] !== 'string')
    .map((name) => `error.${name} is missing`);
  const inner = isBody(error.innerError) ? error.innerError : {};
  const missing = ['date', 'request-id', 'client-request-id'].filter((name) => typeof inner[name] !== 'string');
  return [...problems, ...missing.map((name) => `error.innerError.${name} is missing`)];
}
