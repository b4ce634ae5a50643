import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  ActivityHandler,
  type Response as BotResponse,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type InvokeResponse,
  type TurnContext,
} from 'botbuilder';
import { ServiceClientCredentialsFactory } from 'botframework-connector';
import { SignJWT } from 'jose';
import { type Person, startTeams, type Teams, type TeamsOptions } from '../../../infra/local/teams/server.ts';
import { teamsKeyFile } from '../../support/teamsKey.ts';

export const CLIENT_ID = '5f1c2a3b-0000-4000-8000-00000000b071';
export const TENANT_ID = '5f1c2a3b-0000-4000-8000-0000000000aa';
export const HANA = 'hana@contoso.com';
export const ARNO = 'arno@contoso.com';
export const PRIYA = 'priya@contoso.com';

export const people: Person[] = [
  ['Hana Kim', HANA, 'Helpdesk'],
  ['Arno Vogel', ARNO, 'IT lead'],
  ['Priya Nair', PRIYA, 'Security lead'],
  ['Jane Doe', 'jane@contoso.com', 'Account manager'],
].map(([displayName = '', userPrincipalName = '', jobTitle], index) => ({
  id: `00000000-0000-4000-8000-00000000000${index + 1}`,
  displayName,
  userPrincipalName,
  jobTitle,
}));

export interface TinyBot {
  teams: Teams;
  adapter: CloudAdapter;
  /** Every activity that passed the door. */
  heard: TurnContext['activity'][];
  botUrl: string;
  close(): Promise<void>;
}

export interface Behavior {
  message?: (context: TurnContext) => Promise<unknown>;
  invoke?: (context: TurnContext) => Promise<InvokeResponse>;
}

const CONNECTOR = 'https://api.botframework.com';
const secret = new TextEncoder().encode('a test needs no secret worth keeping');

type Credentials = Awaited<ReturnType<ServiceClientCredentialsFactory['createCredentials']>>;

class StaticCredentials extends ServiceClientCredentialsFactory {
  async isValidAppId(appId: string): Promise<boolean> {
    return appId === CLIENT_ID;
  }
  async isAuthenticationDisabled(): Promise<boolean> {
    return false;
  }
  async createCredentials(): Promise<Credentials> {
    const token = await new SignJWT({ appid: CLIENT_ID })
      .setProtectedHeader({ alg: 'HS256' })
      .setAudience(CONNECTOR)
      .sign(secret);
    return {
      async signRequest(resource) {
        resource.headers.set('authorization', `Bearer ${token}`);
        return resource;
      },
    };
  }
}

class Bot extends ActivityHandler {
  readonly #behavior: Behavior;
  constructor(behavior: Behavior) {
    super();
    this.#behavior = behavior;
    this.onMessage(async (context, next) => {
      await behavior.message?.(context);
      await next();
    });
  }
  protected override async onInvokeActivity(context: TurnContext): Promise<InvokeResponse> {
    return this.#behavior.invoke ? this.#behavior.invoke(context) : { status: 501 };
  }
}

/** A real botbuilder bot behind its real door, and a local Teams that points at it. */
export async function startBot(behavior: Behavior, options: Partial<TeamsOptions> = {}): Promise<TinyBot> {
  const heard: TinyBot['heard'] = [];
  const bot = new Bot(behavior);
  const server = createServer((request, response) => {
    void handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const botUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`;
  const teams = await startTeams({
    botUrl,
    clientId: CLIENT_ID,
    tenantId: TENANT_ID,
    people,
    keyFile: teamsKeyFile,
    ...options,
  });
  const authentication = new ConfigurationBotFrameworkAuthentication(
    {
      ToChannelFromBotOAuthScope: CONNECTOR,
      ToBotFromChannelTokenIssuer: CONNECTOR,
      ToBotFromChannelOpenIdMetadataUrl: teams.openIdUrl,
      ToBotFromEmulatorOpenIdMetadataUrl: teams.openIdUrl,
    },
    new StaticCredentials(),
  );
  const adapter = new CloudAdapter(authentication);

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    const asRequest = { body: JSON.parse(Buffer.concat(parts).toString()), headers: request.headers, method: 'POST' };
    await adapter.process(asRequest, inBotbuildersWords(response), async (context) => {
      heard.push(context.activity);
      await bot.run(context);
    });
  }

  return {
    teams,
    adapter,
    heard,
    botUrl,
    async close() {
      await teams.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function inBotbuildersWords(response: ServerResponse): BotResponse {
  return {
    socket: response.socket,
    status: (code: number) => {
      response.statusCode = code;
    },
    header: (name: string, value: unknown) => response.setHeader(name, String(value)),
    send: (body: unknown) => {
      response.end(typeof body === 'string' ? body : JSON.stringify(body));
    },
    end: () => response.end(),
  } as unknown as BotResponse;
}

export function card(text: string, rest: Record<string, unknown> = {}) {
  return {
    type: 'AdaptiveCard',
    version: '1.5',
    body: [{ type: 'TextBlock', text, wrap: true }],
    ...rest,
  };
}

export function attached(content: unknown) {
  return { contentType: 'application/vnd.microsoft.card.adaptive', content };
}

export const answers = {
  card: (value: unknown): InvokeResponse => ({
    status: 200,
    body: { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value },
  }),
  message: (value: string): InvokeResponse => ({
    status: 200,
    body: { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value },
  }),
  error: (message: string): InvokeResponse => ({
    status: 200,
    body: { statusCode: 403, type: 'application/vnd.microsoft.error', value: { code: 'Forbidden', message } },
  }),
};
