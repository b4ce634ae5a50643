import {
  type Activity,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type InvokeResponse,
  type TurnContext,
} from 'botbuilder';
import {
  type AuthenticateRequestResult,
  type ClaimsIdentity,
  type ConnectorFactory,
  ServiceClientCredentialsFactory,
} from 'botframework-connector';
import pTimeout from 'p-timeout';
import { type CallRules, RuledConnectors } from './calls.ts';
import { authentication, type DoorSettings, isAllowed } from './door.ts';

export interface ConnectorSettings extends DoorSettings, CallRules {
  /** Where Microsoft Entra signs the app in. */
  loginUrl: string;
  /** Gives a token for the Bot Connector. */
  token: () => Promise<string>;
}

type Credentials = Awaited<ReturnType<ServiceClientCredentialsFactory['createCredentials']>>;

/** botbuilder's adapter with its three doors narrowed to one, and an answer that tells nothing of errors. */
export class Connector extends CloudAdapter {
  constructor(settings: ConnectorSettings) {
    const { clientId, tenantId, openIdUrl, botConnector, loginUrl, open } = settings;
    super(
      new RuledAuthentication(
        settings,
        {
          MicrosoftAppId: open ? '' : clientId,
          MicrosoftAppTenantId: tenantId,
          ToBotFromChannelOpenIdMetadataUrl: openIdUrl,
          ToBotFromEmulatorOpenIdMetadataUrl: openIdUrl,
          ToBotFromChannelTokenIssuer: botConnector,
          ToChannelFromBotOAuthScope: botConnector,
          ToChannelFromBotLoginUrl: loginUrl,
          OAuthUrl: botConnector,
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

type AuthenticationArguments = ConstructorParameters<typeof ConfigurationBotFrameworkAuthentication>;

/** Whatever calls the Bot Connector, in answer to somebody or by itself, keeps its rules. */
class RuledAuthentication extends ConfigurationBotFrameworkAuthentication {
  readonly #rules: CallRules;

  constructor(rules: CallRules, ...settings: AuthenticationArguments) {
    super(...settings);
    this.#rules = rules;
  }

  override createConnectorFactory(identity: ClaimsIdentity): ConnectorFactory {
    return new RuledConnectors(super.createConnectorFactory(identity), this.#rules);
  }

  override async authenticateRequest(activity: Activity, header: string): Promise<AuthenticateRequestResult> {
    const result = await super.authenticateRequest(activity, header);
    return {
      ...result,
      ...(result.connectorFactory && { connectorFactory: new RuledConnectors(result.connectorFactory, this.#rules) }),
    };
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
    const { serviceUrls, token, open, answerMs } = this.#settings;
    return {
      async signRequest(request) {
        if (!isAllowed(serviceUrls, request.url))
          throw new Error('A message would have left for an address that is not the Bot Connector’s');
        if (open) return request;
        const message = `Microsoft Entra did not answer within ${answerMs / 1000} s`;
        const bearer = await pTimeout(token(), { milliseconds: answerMs, message });
        request.headers.set('authorization', `Bearer ${bearer}`);
        return request;
      },
    };
  }
}
