import { defineTenantBlock } from '../partners/tenantBlock.ts';

/** When delegated administration ends, Microsoft deletes the entry of the service provider, and a block may go with it. */
export const blockPartnerTenantAgain = defineTenantBlock({
  id: 'block-partner-tenant-again',
  title: 'Block their tenant again',
  does: 'Looks whether the block went with the service provider’s entry, and sets it anew.',
  says: ({ displayName }) => `Cross-tenant access of ${displayName}: blocked again, if the block is gone by then`,
});
