import { recycle } from '../local/tenant/areas/deletedItems.ts';
import type { TenantData, User } from '../local/tenant/seedSchema.ts';

/** What an administrator does in the tenant for a by-hand step. */
export type Hand = (data: TenantData, person: User) => void;

const mailbox = (change: (box: NonNullable<User['mailbox']>, data: TenantData, person: User) => void): Hand => {
  return (data, person) => {
    if (person.mailbox !== null) change(person.mailbox, data, person);
  };
};

/** What an administrator does for each step, in the tenant itself. @param now by the bot's clock */
export const handsOf = (successorName: string, now: () => Date): Record<string, Hand> => {
  const successorIn = ({ users }: TenantData) =>
    users.find(({ userPrincipalName }) => userPrincipalName === successorName)?.id ?? '';
  return {
    'remove-directory-roles': (data, { id }) => {
      data.roleAssignments = data.roleAssignments.filter(({ principalId }) => principalId !== id);
      data.roleEligibilities = data.roleEligibilities.filter(({ principalId }) => principalId !== id);
    },
    'remove-privileged-groups': (data, { id }) => {
      const active = data.groupActivations.filter(({ principalId }) => principalId === id);
      for (const { groupId, accessId } of active)
        for (const group of data.groups.filter((one) => one.id === groupId))
          group[`${accessId}s`] = group[`${accessId}s`].filter((member) => member !== id);
      data.groupActivations = data.groupActivations.filter(({ principalId }) => principalId !== id);
      data.groupEligibilities = data.groupEligibilities.filter(({ principalId }) => principalId !== id);
    },
    'block-sign-in': (_data, person) => {
      person.accountEnabled = false;
    },
    'reset-password': (_data, person) => {
      person.lastPasswordChangeDateTime = now().toISOString();
    },
    'remove-sign-in-methods': (_data, person) => {
      person.authenticationMethods = person.authenticationMethods.filter(
        ({ type }) => type === 'passwordAuthenticationMethod',
      );
    },
    'retire-or-wipe-devices': (data, { id }) => {
      data.managedDevices = data.managedDevices.filter(({ userId }) => userId !== id);
    },
    'wipe-app-data': (data, { id }) => {
      data.appRegistrations = data.appRegistrations.filter(({ userId }) => userId !== id);
    },
    'release-phone-number': (data, { id }) => {
      for (const one of data.phoneNumbers) if (one.assignmentTargetId === id) one.assignmentTargetId = null;
    },
    'hold-mailbox': mailbox((box) => {
      box.litigationHold = { since: now().toISOString(), by: 'omar@contoso.com', durationDays: null };
    }),
    'remove-mailbox-rights': (data, { id }) => {
      for (const { mailbox: box } of data.users) {
        if (box === null) continue;
        box.sendAs = box.sendAs.filter((one) => one !== id);
        box.fullAccess = box.fullAccess.filter((one) => one.id !== id);
      }
    },
    'remove-mobile-partnerships': mailbox((box) => {
      box.mobileDevices = [];
    }),
    'remove-forwarding': mailbox((box) => {
      Object.assign(box, { forwardingAddress: null, forwardingSmtpAddress: null, deliverToMailboxAndForward: false });
    }),
    'hide-from-address-list': mailbox((box) => {
      box.hiddenFromAddressLists = true;
    }),
    'convert-mailbox': mailbox((box) => {
      Object.assign(box, { remoteRecipientType: 'Migrated, SharedMailbox', turnedBackAt: null });
      box.userPurpose = 'shared';
    }),
    'delegate-mailbox': mailbox((box, data) => {
      box.fullAccess.push({ id: successorIn(data), autoMapping: true });
      box.sendAs.push(successorIn(data));
    }),
    'forward-mail': mailbox((box, data) => {
      Object.assign(box, { forwardingAddress: successorIn(data), deliverToMailboxAndForward: true });
    }),
    'delete-account': (data, person) => recycle(data, person, now()),
    'export-content': () => undefined,
    'remove-distribution-lists': (data, { id }) => {
      for (const group of data.groups.filter((one) => one.mailEnabled && !one.groupTypes.includes('Unified')))
        group.members = group.members.filter((member) => member !== id);
    },
  };
};

const endDelegation = ({ partners }: TenantData, now: Date): void => {
  for (const one of partners.delegatedAdmin) one.endedAt ??= new Date(now.getTime() - 1000).toISOString();
};

/** The same for the removal of a partner; what leaves no trace in the tenant is only said. */
export const partnerHands: Record<string, (data: TenantData, now: Date) => void> = {
  'end-delegated-admin': endDelegation,
  'end-delegated-admin-first': endDelegation,
};
