import { connectExchange } from '../../bot/exchange/exchangeOnline.ts';
import { type FailureKind, GraphFailure } from '../../bot/graph/failure.ts';
import { createLog } from '../../bot/log.ts';
import { type ScriptedAnswer, type ScriptedRequest, startScript } from './scriptedServer.ts';

export const tenantId = '11111111-1111-4111-8111-111111111111';
export const jane = { id: '8bdee202-221a-4741-a557-776a37807fc7', userPrincipalName: 'jane@contoso.com' };
export const token = 'the-token-of-exchange';
export const row = {
  RecipientTypeDetails: 'UserMailbox',
  ExchangeGuid: '3d0b9f5e-0f0c-4a7e-9b53-1c6b3a6f1f10',
  LitigationHoldEnabled: false,
  ArchiveStatus: 'None',
  HiddenFromAddressListsEnabled: false,
  ForwardingAddress: null,
  ForwardingSmtpAddress: null,
  DeliverToMailboxAndForward: false,
};

/** Exchange Online as Microsoft's own module sees it, saying what the local tenant would never say. */
export async function scripted(answer: (request: ScriptedRequest, count: number) => ScriptedAnswer) {
  const server = await startScript(answer);
  const lines: string[] = [];
  const log = createLog('debug', { write: (line) => void lines.push(line) });
  const exchange = connectExchange({ url: server.url, tenantId, token: async () => token, log, timeoutMs: 200 });
  return { exchange, lines, requests: server.requests, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

export const rows = (...value: unknown[]): ScriptedAnswer => ({ body: { value } });
export const inputOf = ({ body }: ScriptedRequest) => (JSON.parse(body) as { CmdletInput: unknown }).CmdletInput;
export const isKind = (kind: FailureKind) => (error: unknown) => error instanceof GraphFailure && error.kind === kind;

/** The three places where Exchange says why. */
export const inInner = (message: string) => ({
  error: { code: 'BadRequest', message: 'Error executing request.', innererror: { internalexception: { message } } },
});
export const inDetails = (message: string) => ({
  error: { code: 'BadRequest', details: [{ message: `Ex1F8D94|A.B|${message}` }] },
});
export const inMessage = (message: string) => ({ error: { code: 'BadRequest', message } });
