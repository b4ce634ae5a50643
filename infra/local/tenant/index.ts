import { defaultTenantFile, TenantFileError } from './seed.ts';
import { startTenant } from './server.ts';

const defaultPort = 4010;
const port = Number(process.env.TENANT_PORT || defaultPort);

try {
  const tenant = await startTenant({ port, file: process.env.TENANT_FILE || defaultTenantFile });
  const { organization, users } = tenant.data;
  process.stdout.write(`Local tenant: ${organization.displayName}, ${users.length} people, ${tenant.url}\n`);
} catch (error) {
  const isTaken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  if (!isTaken && !(error instanceof TenantFileError)) throw error;
  process.stderr.write(isTaken ? `Port ${port} is taken; set TENANT_PORT to another.\n` : `${error.message}\n`);
  process.exitCode = 1;
}
