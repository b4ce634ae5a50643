import type { Cmdlet } from './cmdlet.ts';
import { distributionGroupCmdlets } from './distributionGroups.ts';
import { inboxCmdlets } from './inboxRules.ts';
import { mailboxCmdlets } from './mailboxes.ts';
import { permissionCmdlets } from './permissions.ts';
import { roleGroupCmdlets } from './roleGroups.ts';

/** A new cmdlet is one of these lists. */
export const everyCmdlet: Cmdlet[] = [
  ...mailboxCmdlets,
  ...permissionCmdlets,
  ...inboxCmdlets,
  ...distributionGroupCmdlets,
  ...roleGroupCmdlets,
];
