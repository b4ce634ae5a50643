import { z } from 'zod';
import { badRequest, denied, onPremisesMastered } from '../errors.ts';
import { isRecord } from '../odata/resource.ts';
import { can, requireRoleOver, requireRoleToReset } from '../privileges.ts';
import { stamp } from '../resources.ts';
import type { Call } from '../route.ts';
import { type User, userSchema } from '../seedSchema.ts';

const editable = userSchema
  .pick({
    accountEnabled: true,
    displayName: true,
    givenName: true,
    surname: true,
    jobTitle: true,
    department: true,
    companyName: true,
    officeLocation: true,
    city: true,
    country: true,
    usageLocation: true,
    mobilePhone: true,
    businessPhones: true,
    otherMails: true,
    employeeId: true,
    employeeType: true,
    employeeHireDate: true,
    employeeLeaveDateTime: true,
    showInAddressList: true,
    passwordPolicies: true,
  })
  .partial()
  .extend({
    passwordProfile: z
      .strictObject({
        password: z.string().optional(),
        forceChangePasswordNextSignIn: z.boolean().optional(),
        forceChangePasswordNextSignInWithMfa: z.boolean().optional(),
      })
      .optional(),
  })
  .strict();

/** Each of these narrow permissions allows one property; the others need the wide ones. */
const narrowPermissions: Record<string, string[]> = {
  accountEnabled: ['User.EnableDisableAccount.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
  passwordProfile: ['User-PasswordProfile.ReadWrite.All'],
  mobilePhone: ['User-Phone.ReadWrite.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
  businessPhones: ['User-Phone.ReadWrite.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
  otherMails: ['User-Mail.ReadWrite.All', 'User.ReadWrite.All', 'Directory.ReadWrite.All'],
};

/** `PATCH /users/{id}`: the password itself is checked and forgotten. */
export function updateUser(call: Call, user: User): void {
  const parsed = editable.safeParse(call.body);
  if (!parsed.success) {
    const name =
      parsed.error.issues[0]?.path[0] ?? (isRecord(call.body) ? Object.keys(call.body)[0] : undefined) ?? 'body';
    throw badRequest(`Invalid value specified for property '${String(name)}' of resource 'User'.`);
  }
  // Zod fills in defaults for what is missing, so the sent names decide.
  const sent = Object.keys(isRecord(call.body) ? call.body : {});
  for (const name of sent)
    if (!can(call, ...(narrowPermissions[name] ?? ['User.ReadWrite.All', 'Directory.ReadWrite.All']))) throw denied();
  if (sent.includes('passwordProfile')) requireRoleToReset(call, user);
  if (sent.includes('accountEnabled')) requireRoleOver(call, user);
  // Sign-in can be blocked here, too (learn.microsoft.com/entra/identity/users/users-revoke-access).
  if (user.onPremisesSyncEnabled === true && sent.some((name) => name !== 'accountEnabled')) throw onPremisesMastered();

  const { passwordProfile, ...changes } = parsed.data;
  const password = passwordProfile?.password;
  if (password !== undefined) {
    if (!isComplex(password))
      throw badRequest(
        'The specified password does not comply with password complexity requirements. Please provide a different password.',
      );
    user.lastPasswordChangeDateTime = stamp(call.now);
    // Tokens from before a new password are no longer taken, and that shows here as well: a proof must tell the two apart.
    user.signInSessionsValidFromDateTime = stamp(call.now);
  }
  Object.assign(user, Object.fromEntries(Object.entries(changes).filter(([name]) => sent.includes(name))));
}

const isComplex = (password: string): boolean =>
  password.length >= 8 &&
  password.length <= 256 &&
  [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/].filter((kind) => kind.test(password)).length >= 3;
