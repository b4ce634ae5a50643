import { z } from 'zod';

/** What an app may do in somebody’s name, or in everybody’s. */
export const permissionGrant = z.object({
  id: z.string(),
  clientId: z.string(),
  consentType: z.string(),
  principalId: z.string().nullish(),
  resourceId: z.string(),
  scope: z.string().nullish(),
});
