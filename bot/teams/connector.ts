import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type InvokeResponse,
  type TurnContext,
} from 'botbuilder';
import { ServiceClientCredentialsFactory } from 'botframework-connector';
import { authentication, type DoorSettings, isAllowed } from './door.ts';

export interface ConnectorSettings extends DoorSettings {
  /** Gives a token for https://api.botframework.com. */
  token: () => Promise<string>;
}

type Credentials = Awaited<ReturnType<ServiceClientCredentialsFactory['createCredentials']>>;

/** botbuilder's adapter with its three doors narrowed to one, and an answer that tells nothing of errors. */
export class Connector extends CloudAdapter {
  constructor(settings: ConnectorSettings) {
    const { clientId, tenantId, openIdUrl, open } = settings;
    super(
      new ConfigurationBotFrameworkAuthentication(
        {
          MicrosoftAppId: open ? '' : clientId,
          MicrosoftAppTenantId: tenantId,
          ToBotFromChannelOpenIdMetadataUrl: openIdUrl,
          ToBotFromEmulatorOpenIdMetadataUrl: openIdUrl,
          ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
          ToChannelFromBotOAuthScope: 'https://api.botframework.com',
          ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com',
          OAuthUrl: 'https://api.botframework.com',
          CallerId: '',
        },
        new OwnCredentials(settings),
        authentication(settings),
      ),
    );
  }

  /** @returns the answer to an invoke @throws AuthenticationError, or what `logic` threw */
  handle(
    authorization: string,
    activity: Activity,
    logic: (context: TurnContext) => Promise<void>,
  ): Promise<InvokeResponse | undefined> {
    return this.processActivity(authorization, activity, logic);
  }
}

/** Signs what goes to the Bot Connector with the app's own credential, and only what goes there. */
class OwnCredentials extends ServiceClientCredentialsFactory {
  readonly #settings: ConnectorSettings;

  constructor(settings: ConnectorSettings) {
    super();
    this.#settings = settings;
  }

  async isValidAppId(appId: string): Promise<boolean> {
    return appId === this.#settings.clientId;
  }

  async isAuthenticationDisabled(): Promise<boolean> {
    return this.#settings.open;
  }

  async createCredentials(): Promise<Credentials> {
    const { serviceUrls, token, open } = this.#settings;
    return {
      async signRequest(request) {
        if (!isAllowed(serviceUrls, request.url))
          throw new Error('A message would have left for an address that is not the Bot Connector’s');
        if (!open) request.headers.set('authorization', `Bearer ${await token()}`);
        return request;
      },
    };
  }
}
