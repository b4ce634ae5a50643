import { defineTenantBlock } from '../partners/tenantBlock.ts';

export const blockPartnerTenant = defineTenantBlock({
  id: 'block-partner-tenant',
  title: 'Block their tenant',
  does: 'Shuts cross-tenant access to the partner’s tenant: no invitations, no guests who sign in, no shared channels.',
  says: ({ displayName }, open) => `Cross-tenant access of ${displayName}: ${open.join(', ')} → blocked`,
});
