import { createServer, type IncomingHttpHeaders } from 'node:http';

export interface ScriptedRequest {
  method: string;
  /** With the query. */
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
  /** Whoever asked broke off before there was an answer. */
  cut?: true;
}

export interface ScriptedAnswer {
  status?: number;
  headers?: Record<string, string>;
  /** Sent as JSON, or as it is when it is text. */
  body?: unknown;
  /** Breaks the connection instead. */
  broken?: true;
  /** Never answers. */
  silent?: true;
}

export interface ScriptedServer extends AsyncDisposable {
  url: string;
  requests: ScriptedRequest[];
}

/** A server that says what the local tenant never would: gateways' pages, half answers, other people's addresses. */
export async function startScript(
  answer: (request: ScriptedRequest, count: number) => ScriptedAnswer,
): Promise<ScriptedServer> {
  const requests: ScriptedRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
    const request: ScriptedRequest = {
      method: incoming.method ?? '',
      path: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    requests.push(request);
    response.on('close', () => {
      if (!response.writableFinished) request.cut = true;
    });
    const { status = 200, headers = {}, body, broken, silent } = answer(request, requests.length);
    if (broken) return void incoming.socket.destroy();
    if (silent) return;
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    requests,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
