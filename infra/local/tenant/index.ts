import { defaultTenantFile, TenantFileError } from './seed.ts';
import { startTenant } from './server.ts';

const defaultPort = 4010;

try {
  const file = process.env.TENANT_FILE || defaultTenantFile;
  const tenant = await startTenant({ port: Number(process.env.TENANT_PORT || defaultPort), file });
  process.stdout.write(
    `Local tenant ${tenant.data.organization.displayName} with ${tenant.data.users.length} people on ${tenant.url}\n`,
  );
} catch (error) {
  if (!(error instanceof TenantFileError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
