import {
  appsOf,
  asMany,
  blocked,
  chose,
  delegate,
  deviceIdsOf,
  everyGroupHasAnOwner,
  hasNumber,
  holdsLicense,
  intuneOf,
  isDeleted,
  isExternal,
  isInactive,
  later,
  listsOf,
  mayEdit,
  nobody,
  noMailbox,
  noRoles,
  notForwarded,
  onlyPassword,
  opensOthers,
  type Sentences,
  successorOf,
} from './told.ts';

/** Whatever a step says of itself, proved or not needed, and when it is true. */
/** People erase these. */
const isMac = ({ operatingSystem }: { operatingSystem: string }): boolean => operatingSystem === 'macOS';
export const sentences: Sentences = {
  'keep-mailbox-license': [
    [/^Assigned directly: .+\.$/, ({ now, was }) => now.mailbox !== null && was.licenses.length < 2],
    [/^No license of the mailbox hangs on a rule that may drop whoever leaves\.$/, ({ lines }) => lines === 0],
  ],
  'remove-directory-roles': [
    [
      /^(?:No directory role is left|There are no directory roles)(?:, but for groups that they have activated for a while)?\.$/,
      noRoles,
    ],
  ],
  'remove-privileged-groups': [
    [
      /^(?:(\d+) places? in (?:a group is|groups are) ended|There are no groups that they could switch themselves into)\.$/,
      ({ after, now, lines }, [many = '0']) =>
        Number(many) === lines &&
        ![...after.groupEligibilities, ...after.groupActivations].some(({ principalId }) => principalId === now.id),
    ],
  ],
  'block-sign-in': [[/^Sign-in is (?:already )?blocked\.$/, blocked]],
  'disable-on-premises-account': [
    [/^The account does not come from an on-premises directory\.$/, ({ was }) => was.onPremisesSyncEnabled !== true],
  ],
  'reset-password': [
    [
      /^The password was replaced\.$/,
      ({ now, was }) => later(now.lastPasswordChangeDateTime, was.lastPasswordChangeDateTime),
    ],
    [/^Their account lives in another organization, and its password with it\.$/, isExternal],
  ],
  'revoke-sessions': [
    [
      /^Whoever was signed in has to sign in again\.$/,
      ({ now, was }) => later(now.signInSessionsValidFromDateTime, was.signInSessionsValidFromDateTime),
    ],
    [/^Microsoft 365 can’t end their sessions: their account lives in another organization\.$/, isExternal],
  ],
  'remove-sign-in-methods': [
    [
      /^Nothing is left besides the password\. Hardware tokens and QR codes don’t show: look in the Entra admin center\.$/,
      onlyPassword,
    ],
    [
      /^There are no sign-in methods besides the password that could be removed\. Hardware tokens and QR codes don’t show: .+$/,
      onlyPassword,
    ],
    [/^Their account lives in another organization, and so do its sign-in methods\.$/, isExternal],
  ],
  'disable-devices': [
    [
      /^(\d+) devices? (?:is|are) disabled\.$/,
      (told, found) =>
        asMany(told, found) &&
        deviceIdsOf(told).every(
          (one) => !one.accountEnabled || one.trustType === 'ServerAd' || one.profileType === 'Shared',
        ),
    ],
    [/^There are no enabled devices\.$/, (told) => deviceIdsOf(told).every((one) => !one.accountEnabled)],
    [/^There are no devices to disable here\.$/, (told) => deviceIdsOf(told).some((one) => one.accountEnabled)],
  ],
  'retire-or-wipe-devices': [
    [
      /^(?:(\d+) done\.)? ?(?:(\d+) ordered; the device obeys when it is next online\.)?$/,
      (told, [done = '0', ordered = '0']) =>
        Number(done) + Number(ordered) === told.lines && intuneOf(told).every(isMac),
    ],
    [/^Intune manages no devices of theirs, or each has its order already\.$/, (told) => intuneOf(told).length === 0],
    [/^There is no device that this could be ordered for\.$/, (told) => intuneOf(told).every(isMac)],
    [/^Devices are left as they are\.$/, chose('devices', 'leave')],
  ],
  'wipe-app-data': [
    [
      /^Ordered for (\d+) phones?; the data goes when an app is next opened\.$/,
      (told, found) => asMany(told, found) && appsOf(told).every(({ operations }) => operations.length > 0),
    ],
    [
      /^There is no company data in apps on phones, or each has its order already\.$/,
      (told) => appsOf(told).every(({ operations }) => operations.length > 0),
    ],
    [/^App data on phones is left as it is\.$/, chose('appData', 'false')],
  ],
  'hold-mailbox': [
    [
      /^(?:The mailbox is already on hold|Litigation hold is set; it takes effect within 60 minutes)\.$/,
      ({ now }) => (now.mailbox?.litigationHold ?? null) !== null,
    ],
    [
      /^No hold was asked for\.$/,
      (told, found) => chose('hold', 'false')(told, found) && !chose('endState', 'inactive')(told, found),
    ],
    noMailbox,
  ],
  'remove-mail-rules': [
    [
      /^(\d+) mail rules? (?:was|were) removed\.$/,
      (told, found) => asMany(told, found) && told.now.mailbox?.rules.length === 0,
    ],
    [/^There are no mail rules that could be removed\.$/, ({ now }) => now.mailbox?.rules.length === 0],
    noMailbox,
  ],
  'remove-mailbox-rights': [
    [/^(\d+) rights? (?:was|were) taken away\.$/, (told, found) => asMany(told, found) && !opensOthers(told)],
    [/^No rights on others’ mailboxes were found\.$/, (told) => !opensOthers(told)],
    [/^Nobody from outside has rights on mailboxes here\.$/, isExternal],
  ],
  'remove-mobile-partnerships': [
    [
      /^(\d+) phones? (?:is|are) forgotten\.$/,
      (told, found) => asMany(told, found) && told.now.mailbox?.mobileDevices.length === 0,
    ],
    [/^No phone fetches mail from the mailbox\.$/, ({ now }) => !now.mailbox?.mobileDevices.length],
    noMailbox,
  ],
  'remove-forwarding': [[/^They forward nothing(?: any more)?\.$/, notForwarded], noMailbox],
  'cancel-meetings': [
    [/^[\w ]+: cancell?ed\.$/, ({ now }) => (now.mailbox?.cancellations.length ?? 0) > 0],
    [/^There are no meetings to cancel\.$/, ({ now }) => now.mailbox?.cancellations.length === 0],
    [/^Meetings are left as they are\.$/, chose('cancelMeetings', 'false')],
    noMailbox,
  ],
  'forward-mail': [
    [/^New mail is not forwarded\.$/, chose('forwardMail', 'false', '')],
    [/^The account is to be deleted: no mail arrives any more\.$/, chose('endState', 'delete', 'inactive')],
    [/^Nobody was chosen as successor\.$/, nobody],
    [/^New mail goes to (.+) already\.$/, (told) => told.now.mailbox?.forwardingAddress === successorOf(told)?.id],
    [
      /^New mail goes to (.+) as well\. Stop it on (.+)\.$/,
      (told, [name]) =>
        successorOf(told)?.displayName === name && told.now.mailbox?.forwardingAddress === successorOf(told)?.id,
    ],
    noMailbox,
  ],
  'set-auto-reply': [
    [
      /^(?:The automatic reply is on|This automatic reply is already set)(?: until the account is deleted)?\.$/,
      ({ now }) => now.mailbox?.automaticRepliesSetting.status === 'alwaysEnabled',
    ],
    [/^No automatic reply was asked for\.$/, chose('autoReply', '')],
    noMailbox,
  ],
  'hide-from-address-list': [
    [/^The mailbox is (?:already )?hidden\.$/, ({ now }) => now.mailbox?.hiddenFromAddressLists === true],
    noMailbox,
  ],
  'convert-mailbox': [
    [/^The mailbox is (?:already )?shared\.$/, ({ now }) => now.mailbox?.userPurpose === 'shared'],
    [/^The account is to be deleted, and its mailbox with it\.$/, chose('endState', 'delete')],
    [/^The mailbox is to become an inactive one\.$/, chose('endState', 'inactive')],
    [/^The mailbox is not kept\.$/, chose('endState', 'keep')],
    noMailbox,
  ],
  'delegate-mailbox': [
    [/^(.+?) has (?:full access|send as|full access and send as)\.$/, delegate],
    [/^(.+) already has both rights\.$/, delegate],
    [/^Nobody was chosen as successor\.$/, nobody],
    [/^Nobody can be given an inactive mailbox\.$/, chose('endState', 'inactive')],
    [/^The account is to be deleted, and its mailbox with it\.$/, chose('endState', 'delete')],
    noMailbox,
  ],
  'release-phone-number': [
    [/^(\d+) phone numbers? (?:is|are) free\.$/, (told, found) => asMany(told, found) && !hasNumber(told)],
    [
      /^They have no phone number that could be released here\.$/,
      (told) => told.lines === 0 && hasNumber(told) === told.leaves > 0,
    ],
  ],
  'hand-over-files': [
    [/^(.+?) may edit the OneDrive \(https:\/\/\S+\)\. (?:Without a license it is|It is kept for) .+\.$/, mayEdit],
    [/^(.+?) already may edit the OneDrive \(https:\/\/\S+\)\.$/, mayEdit],
    [/^There is no OneDrive\.$/, ({ one, was }) => !one.before.drives.some(({ ownerId }) => ownerId === was.id)],
    [/^Nobody was chosen as successor\.$/, nobody],
  ],
  'export-content': [
    [
      /^Exported; download it before \w+ \d+, \d{4} in the Purview portal, case “.+”: .+\.$/,
      ({ after }) =>
        after.ediscoveryCases.some(({ operations }) => operations.some(({ endsAs }) => endsAs === 'succeeded')),
    ],
    [/^No export was asked for\.$/, chose('exportContent', 'false')],
    noMailbox,
  ],
  'hand-over-groups': [
    [/^(\d+) groups? (?:is|are) handed over\.$/, (told, found) => asMany(told, found) && everyGroupHasAnOwner(told)],
    [/^They own no groups that could be handed over\.$/, ({ lines }) => lines === 0],
  ],
  'hand-over-apps': [
    [
      /^(\d+) apps? (?:is|are) handed over\.$/,
      (told, found) =>
        asMany(told, found) && told.after.applications.every(({ owners }) => owners.length > 0 || told.lines === 0),
    ],
    [/^They own no apps that could be handed over\.$/, ({ lines }) => lines === 0],
  ],
  'remove-group-memberships': [
    [/^Left (\d+) groups?\.$/, asMany],
    [/^There are no group memberships that this step could remove\.$/, ({ lines }) => lines === 0],
  ],
  'remove-distribution-lists': [
    [/^Left (\d+) lists?\.$/, (told, found) => asMany(told, found) && listsOf(told).length === told.leaves],
    [/^They are in no distribution list(?: any more)?\.$/, (told) => listsOf(told).length === 0],
  ],
  'remove-app-access': [
    [/^(\d+) apps? (?:was|were) taken away\.$/, asMany],
    [
      /^They have no apps of their own\.$/,
      ({ after, now }) => !after.appRoleAssignments.some(({ principalId }) => principalId === now.id),
    ],
  ],
  'revoke-consents': [
    [/^(\d+) consents? (?:was|were) taken back\.$/, asMany],
    [
      /^They allowed no apps anything\.$/,
      ({ after, now }) => !after.permissionGrants.some(({ principalId }) => principalId === now.id),
    ],
  ],
  'remove-licenses': [
    [/^(\d+) licenses? (?:was|were) taken back\.$/, asMany],
    [/^There are no licenses that could be taken back\.$/, ({ lines }) => lines === 0],
  ],
  'delete-account': [
    [
      /^The account is among the deleted users; it can be restored until [A-Z][a-z]{2} \d{1,2}, \d{4}, a mailbox for 30 days after its license was removed\.$/,
      (told, found) => isDeleted(told, found) && !isInactive(told, found),
    ],
    [
      /^The account is among the deleted users; it can be restored until [A-Z][a-z]{2} \d{1,2}, \d{4}\.$/,
      (told, found) => isDeleted(told, found) && !isInactive(told, found),
    ],
    [
      /^The account is among the deleted users; it can be restored until [A-Z][a-z]{2} \d{1,2}, \d{4}\. The mailbox is an inactive one, kept as long as its hold\.$/,
      isInactive,
    ],
    [/^The account is already deleted\.$/, isDeleted],
    [/^The account is kept\.$/, (told, found) => !isDeleted(told, found)],
    [
      /^The account is kept, blocked and without licenses\.$/,
      (told, found) => !isDeleted(told, found) && blocked(told, found) && !holdsLicense(told),
    ],
  ],
};
