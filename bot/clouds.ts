/** Microsoft's clouds, by the names that `CLOUD` takes. */
export const cloudNames = ['global', 'gcc', 'gcc-high', 'dod', 'china'] as const;
export type CloudName = (typeof cloudNames)[number];

/** What people open to do by hand what the app does not; `learn` is Microsoft's documentation, the same in every cloud. */
export type Center =
  | 'entra'
  | 'microsoft365'
  | 'exchange'
  | 'intune'
  | 'teams'
  | 'purview'
  | 'azure'
  | 'partner'
  | 'learn';

/** A page of a center: its address depends on the cloud. */
export interface Page {
  center: Center;
  /** What follows the center's own address. */
  path: string;
}

/** Where everything is in one cloud. Addresses without a slash at the end. */
export interface Cloud {
  name: CloudName;
  /** Microsoft Entra's sign-in: the authority of the app's own tokens. */
  login: string;
  /** Microsoft Graph, and the audience of tokens for it. */
  graph: string;
  /** Exchange Online, and the audience of tokens for it. */
  exchange: string;
  /**
   * Whether apps are known to call Exchange's cmdlets over REST there. Where they are not, mailboxes are changed by hand
   * unless the settings say otherwise.
   */
  exchangeOverRest: boolean;
  /** Where the Bot Connector says which keys it signs with. */
  botOpenId: string;
  /** Who signs what comes from the Bot Connector, and the audience of tokens for it. */
  botConnector: string;
  /** Where the Bot Connector may be reached, by origin; none where Microsoft publishes no address. */
  serviceUrls: readonly string[];
  /** Whether Teams takes files from apps there, and gives them some. */
  filesInChats: boolean;
  /** Audience of a managed identity's token that stands for an app registration. */
  tokenExchange: string;
  /** A center whose address is not published is reached by way of the Microsoft 365 admin center. */
  centers: Readonly<Partial<Record<Center, string>> & { microsoft365: string }>;
}

const learn = 'https://learn.microsoft.com/';

/** GCC stands on the worldwide service, but for the Bot Connector that its Teams speaks through. */
const worldwide = {
  login: 'https://login.microsoftonline.com',
  graph: 'https://graph.microsoft.com',
  exchange: 'https://outlook.office365.com',
  exchangeOverRest: true,
  filesInChats: true,
  botOpenId: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
  botConnector: 'https://api.botframework.com',
  tokenExchange: 'api://AzureADTokenExchange',
  centers: {
    entra: 'https://entra.microsoft.com/',
    microsoft365: 'https://admin.microsoft.com/Adminportal/Home',
    exchange: 'https://admin.exchange.microsoft.com/',
    intune: 'https://intune.microsoft.com/',
    teams: 'https://admin.teams.microsoft.com/',
    purview: 'https://purview.microsoft.com/',
    azure: 'https://portal.azure.com/',
    partner: 'https://partner.microsoft.com/dashboard/v2/customers/list',
    learn,
  },
} as const;

const usGovernment = {
  login: 'https://login.microsoftonline.us',
  exchangeOverRest: true,
  filesInChats: false,
  botOpenId: 'https://login.botframework.azure.us/v1/.well-known/openidconfiguration',
  botConnector: 'https://api.botframework.us',
  tokenExchange: 'api://AzureADTokenExchangeUSGov',
} as const;

const worldwideConnectors = ['https://smba.trafficmanager.net/', 'https://smba.onyx.prod.teams.trafficmanager.net/'];

/**
 * Graph and sign-in: learn.microsoft.com/graph/deployments. Bot Connector: botframework-connector's constants,
 * learn.microsoft.com/azure/bot-service/how-to-deploy-gov-cloud-high and …/how-to-deploy-azure-china. Its addresses in
 * Teams: the Teams SDK's CloudEnvironment. Federated credentials: learn.microsoft.com/entra/workload-id. Admin centers:
 * learn.microsoft.com/microsoft-365/enterprise/microsoft-365-u-s-government-dod-endpoints and its sisters, Teams' and
 * Intune's pages on government and China. Files: learn.microsoft.com/microsoftteams/platform/bots/how-to/bots-filesv4. Exchange's REST address in DoD: CISA's ScubaGear; in China: only the audience is known.
 */
export const clouds: Readonly<Record<CloudName, Cloud>> = {
  global: { name: 'global', ...worldwide, serviceUrls: worldwideConnectors },
  gcc: {
    name: 'gcc',
    ...worldwide,
    serviceUrls: ['https://smba.infra.gcc.teams.microsoft.com/', ...worldwideConnectors],
  },
  'gcc-high': {
    name: 'gcc-high',
    ...usGovernment,
    graph: 'https://graph.microsoft.us',
    exchange: 'https://outlook.office365.us',
    serviceUrls: ['https://smba.infra.gov.teams.microsoft.us/'],
    centers: {
      entra: 'https://entra.microsoft.us/',
      microsoft365: 'https://portal.office365.us/adminportal/home',
      exchange: 'https://admin.exchange.office365.us/',
      intune: 'https://intune.microsoft.us/',
      teams: 'https://admin.gov.teams.microsoft.us/',
      purview: 'https://purview.microsoft.us/',
      azure: 'https://portal.azure.us/',
      learn,
    },
  },
  dod: {
    name: 'dod',
    ...usGovernment,
    graph: 'https://dod-graph.microsoft.us',
    exchange: 'https://outlook-dod.office365.us',
    serviceUrls: ['https://smba.infra.dod.teams.microsoft.us/'],
    centers: {
      entra: 'https://entra.microsoft.us/',
      microsoft365: 'https://portal.apps.mil/adminportal/home',
      intune: 'https://intune.microsoft.us/',
      teams: 'https://admin.dod.teams.microsoft.us/',
      purview: 'https://purview.apps.mil/',
      azure: 'https://portal.azure.us/',
      learn,
    },
  },
  china: {
    name: 'china',
    login: 'https://login.partner.microsoftonline.cn',
    graph: 'https://microsoftgraph.chinacloudapi.cn',
    exchange: 'https://partner.outlook.cn',
    exchangeOverRest: false,
    filesInChats: false,
    botOpenId: 'https://login.botframework.azure.cn/v1/.well-known/openidconfiguration',
    botConnector: 'https://api.botframework.azure.cn',
    serviceUrls: ['https://frontend.botapi.msg.infra.teams.microsoftonline.cn/'],
    tokenExchange: 'api://AzureADTokenExchangeChina',
    centers: {
      entra: 'https://entra.microsoftonline.cn/',
      microsoft365: 'https://portal.partner.microsoftonline.cn/AdminPortal/Home',
      intune: 'https://intune.microsoftonline.cn/',
      azure: 'https://portal.azure.cn/',
      learn,
    },
  },
};

/** @returns the address of a page, or null where the center's own is not published */
export function addressOf({ centers }: Cloud, { center, path }: Page): string | null {
  const base = centers[center];
  return base === undefined ? null : `${base}${path}`;
}
