/** An answer that is an error, in Graph's own words: status, `error.code`, `error.message`. */
export class GraphError extends Error {
  override name = 'GraphError';
  readonly status: number;
  readonly code: string;
  readonly headers: Record<string, string>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export const badRequest = (message: string, code = 'Request_BadRequest') => new GraphError(400, code, message);

/** Of some paths the clouds beside the global one know nothing. */
export function requireGlobalCloud({ data }: { data: { premium: { globalCloud: boolean } } }, segment: string): void {
  if (!data.premium.globalCloud) throw badRequest(`Resource not found for the segment '${segment}'.`, 'BadRequest');
}

export const denied = () =>
  new GraphError(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');

export const notFound = (what: string) =>
  new GraphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${what}' does not exist or one of its queried reference-property objects are not present.`,
  );

export const onPremisesMastered = () =>
  badRequest(
    'Unable to update the specified properties for on-premises mastered Directory Sync objects or objects currently undergoing migration.',
  );

export const unsupportedQuery = (message: string) => badRequest(message, 'Request_UnsupportedQuery');

export function errorBody(error: GraphError, requestId: string, clientRequestId: string, at: Date): unknown {
  const date = at.toISOString().slice(0, 19);
  return {
    error: {
      code: error.code,
      message: error.message,
      innerError: { date, 'request-id': requestId, 'client-request-id': clientRequestId },
    },
  };
}
