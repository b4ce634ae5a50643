import { z } from 'zod';

/** Organizations whose people may ask for access packages, and the policies that name them. */
export const entitlements = '/identityGovernance/entitlementManagement';

const identitySource = z.looseObject({
  '@odata.type': z.string(),
  tenantId: z.string().toLowerCase().nullish(),
  domainName: z.string().toLowerCase().nullish(),
});
export const connectedOrganization = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  identitySources: z.array(identitySource).nullish(),
});
export const assignmentPolicy = z.object({
  displayName: z.string().nullish(),
  specificAllowedTargets: z.array(z.looseObject({ connectedOrganizationId: z.string().nullish() })).nullish(),
});
