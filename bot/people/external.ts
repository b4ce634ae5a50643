import { z } from 'zod';

export const identities = z.array(z.object({ signInType: z.string().nullish() })).nullish();

/**
 * Whether somebody signs in with an account of another organization or provider. `userType` does not say so: a guest may
 * have an account of one's own organization, and a member one of another. An invitation that nobody has accepted has no
 * identity but the name (learn.microsoft.com/entra/external-id/user-properties).
 */
export const isExternal = (user: { userPrincipalName: string; identities?: z.output<typeof identities> }): boolean =>
  /#EXT#@/i.test(user.userPrincipalName) ||
  user.identities?.some(({ signInType }) => signInType === 'federated') === true;
