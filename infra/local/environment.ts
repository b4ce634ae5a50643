import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { TenantData } from './tenant/seedSchema.ts';
import { mintAssertion } from './tenant/server.ts';

export interface Addresses {
  tenantUrl: string;
  teamsUrl: string;
  port: number;
}

/** What the bot must be told to live in the rehearsal instead of in Microsoft 365: addresses and ids, no secret. */
export function localEnvironment(
  data: TenantData,
  { tenantUrl, teamsUrl, port }: Addresses,
  folder: string,
): Record<string, string> {
  const { signoff } = data;
  const tokenFile = join(folder, 'federated-token');
  mkdirSync(dirname(tokenFile), { recursive: true });
  writeFileSync(tokenFile, mintAssertion(data), { mode: 0o600 });
  return {
    HOST: '127.0.0.1',
    PORT: String(port),
    GRAPH_URL: tenantUrl,
    EXCHANGE_URL: tenantUrl,
    LOGIN_URL: tenantUrl,
    BOT_OPENID_URL: `${teamsUrl}/openid/.well-known/openidconfiguration`,
    SERVICE_URLS: `${teamsUrl}/`,
    TENANT_ID: signoff.tenantId,
    CLIENT_ID: signoff.clientId,
    AZURE_FEDERATED_TOKEN_FILE: tokenFile,
    HELPDESK_GROUP_ID: signoff.helpdeskGroupId,
    APPROVER_GROUP_ID: signoff.approverGroupId,
    ADMIN_GROUP_ID: signoff.adminGroupId,
    BREAK_GLASS_IDS: signoff.breakGlassIds.join(','),
  };
}
