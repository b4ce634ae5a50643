import { join } from 'node:path';
import { localEnvironment } from './environment.ts';
import { defaultTenantFile, loadTenantFile } from './tenant/seed.ts';

/** Prints what `npm run bot` needs in its `.env` to live with a tenant and a Teams that were started one by one. */
const address = (port: string | undefined, otherwise: number) => `http://127.0.0.1:${port || otherwise}`;
const environment = localEnvironment(
  loadTenantFile(process.env.TENANT_FILE || defaultTenantFile),
  {
    tenantUrl: address(process.env.TENANT_PORT, 4010),
    teamsUrl: address(process.env.TEAMS_PORT, 4020),
    port: Number(process.env.PORT || 3978),
  },
  join(import.meta.dirname, '../../data/local'),
);
for (const [name, value] of Object.entries(environment)) console.log(`${name}=${value}`);
