import type { Route } from '../route.ts';
import { authenticationMethods } from './authenticationMethods.ts';
import { deletedItems } from './deletedItems.ts';
import { directoryRoles } from './directoryRoles.ts';
import { groups } from './groups.ts';
import { licenses } from './licenses.ts';
import { mailbox } from './mailbox.ts';
import { organization } from './organization.ts';
import { users } from './users.ts';

/** A new area is a file beside this one and its name here. */
export const everyRoute: Route[] = [
  ...users,
  ...groups,
  ...licenses,
  ...authenticationMethods,
  ...mailbox,
  ...directoryRoles,
  ...deletedItems,
  ...organization,
];
