import {
  appData,
  deleted,
  device,
  type Expectation,
  exported,
  files,
  handsOver,
  handsOverApp,
  heldMeanwhile,
  isUnified,
  kinds,
  leaves,
  license,
  managed,
  methodName,
  own,
  type Promised,
  phoneNumber,
  placeEnds,
  principalName,
  roleName,
} from './expectations.ts';
import { mailboxPromises, type Sentence } from './mailboxPromises.ts';

/** Every sentence in which a step promises a change. */
const promises: Record<string, Sentence[]> = {
  ...mailboxPromises,
  'remove-directory-roles': [
    [
      /^Role (.+): held → taken away$/,
      ([name], promised) => {
        const { before, person, once } = promised;
        const theirs = before.roleAssignments.filter(
          (one) => one.principalId === person.id && roleName(promised, one.roleDefinitionId) === name,
        );
        return [{ gone: `roleAssignments[${once(theirs, `role ${name}`).id}]` }];
      },
    ],
    [
      /^Role (.+): eligible → not eligible$/,
      ([name], promised) => {
        const { before, person, once } = promised;
        const theirs = before.roleEligibilities.filter(
          (one) => one.principalId === person.id && roleName(promised, one.roleDefinitionId) === name,
        );
        return [{ gone: `roleEligibilities[${once(theirs, `eligible role ${name}`).id}]` }];
      },
    ],
    [
      /^Group “(.+)”, which gives roles: owner → not an owner$/s,
      ([name = ''], promised) => handsOver(promised, name, undefined),
    ],
    [
      /^Group “(.+)”, which gives roles: member → not a member$/s,
      ([name = ''], promised) => leaves(promised, name, ({ isAssignableToRole }) => isAssignableToRole === true),
    ],
  ],
  'keep-mailbox-license': [
    [
      /^License (.+): assigned directly for now, because “(.+)” drops .+, and the mailbox with it, once sign-in is blocked$/,
      ([name = '', group], promised) => heldMeanwhile(promised, name, group),
    ],
  ],
  'remove-privileged-groups': [
    [
      /^Group “(.+)”(?:, which gives roles)?: (?:may become )?an? (member|owner)(?: for a while)? → neither is nor may become one$/s,
      ([name = '', side = ''], promised) => placeEnds(promised, name, side),
    ],
  ],
  'block-sign-in': [
    [
      /^Sign-in: allowed → blocked$/,
      (_found, promised) => [{ path: own(promised, 'accountEnabled'), becomes: 'false' }],
    ],
  ],
  'reset-password': [
    [
      /^Password: replaced by a random one that nobody knows$/,
      (_found, promised) => [{ later: own(promised, 'lastPasswordChangeDateTime') }],
    ],
  ],
  'revoke-sessions': [
    [/^Sessions: all ended$/, (_found, promised) => [{ later: own(promised, 'signInSessionsValidFromDateTime') }]],
  ],
  'remove-sign-in-methods': [
    [
      /^(.+): removed$/s,
      ([name], promised) => {
        const theirs = promised.person.authenticationMethods.filter((one) => methodName(one) === name);
        return [{ gone: own(promised, `authenticationMethods[${promised.once(theirs, `method ${name}`).id}]`) }];
      },
    ],
  ],
  'disable-devices': [[/^Device (.+): enabled → disabled$/s, ([name = ''], promised) => device(promised, name)]],
  'retire-or-wipe-devices': [
    [
      /^Device (.+), (company|personal)\): (everything erased|company data removed)(?:, and nobody signs in to it with a work account any more)?, when it is next online$/s,
      ([name = '', owner = '', what], promised) => managed(promised, name, owner, what === 'everything erased'),
    ],
  ],
  'wipe-app-data': [
    [
      /^Company data in (\d+) apps? on (.+) \((.+)\): removed when the app is next opened$/s,
      ([many, name = ''], promised) => appData(promised, Number(many), name),
    ],
  ],
  'release-phone-number': [
    [
      /^Phone number (\+\d+): theirs → free for somebody else$/,
      ([number = ''], promised) => phoneNumber(promised, number),
    ],
  ],
  'hand-over-files': [
    [
      /^OneDrive \(([\d.]+) GB\): (.+) may edit it\. (?:Without a license it is read-only from day 60 and archived from day 93|It is kept for \d+ days after the account is deleted)\.$/,
      ([gigabytes = '', name = ''], promised) => files(promised, gigabytes, name),
    ],
  ],
  'export-content': [
    [
      /^eDiscovery case “OFF-\d+”: mailbox and OneDrive on hold$/,
      (_found, promised) => exported(promised, ({ custodians }) => custodians[0]?.hold === 'applied'),
    ],
    [
      /^Export: made, mail as PST and files as they are; to be downloaded in the Purview portal within 14 days$/,
      (_found, promised) =>
        exported(promised, ({ operations }) => operations.some(({ action }) => action === 'exportResult')),
    ],
  ],
  'hand-over-groups': [
    [
      /^“(.+)”: owner → not an owner(?:; (.+) becomes owner first)?$/s,
      ([name = '', successor], promised) => handsOver(promised, name, successor),
    ],
  ],
  'hand-over-apps': [
    [
      /^(App registration|Enterprise app) “(.+)”: owner → not an owner(?:; (.+) becomes owner first, and can then act as the app)?$/s,
      ([kind, name, successor], promised) =>
        handsOverApp(promised, kind === 'App registration' ? 'applications' : 'servicePrincipals', name, successor),
    ],
  ],
  'remove-group-memberships': [
    [
      /^(Team|Microsoft 365 group|Security group) “(.+)”: member → not a member$/s,
      ([kind = '', name = ''], promised) => leaves(promised, name, kinds[kind] ?? (() => false)),
    ],
  ],
  'remove-distribution-lists': [
    [
      /^“(.+)”: member → not a member$/s,
      ([name = ''], promised) => leaves(promised, name, (group) => group.mailEnabled && !isUnified(group)),
    ],
  ],
  'remove-app-access': [
    [
      /^App (.+): assigned → not assigned$/s,
      ([name], promised) => {
        const { before, person, once } = promised;
        const theirs = before.appRoleAssignments.filter(
          (one) => one.principalId === person.id && principalName(promised, one.resourceId) === name,
        );
        return [{ gone: `appRoleAssignments[${once(theirs, `app ${name}`).id}]` }];
      },
    ],
  ],
  'revoke-consents': [
    [
      /^App (.+): allowed (.+) → not allowed$/s,
      ([name, scope], promised) => {
        const { before, person, once } = promised;
        const theirs = before.permissionGrants.filter(
          (one) =>
            one.principalId === person.id &&
            principalName(promised, one.clientId) === name &&
            one.scope.trim() === scope,
        );
        return [{ gone: `permissionGrants[${once(theirs, `consent to ${name}`).id}]` }];
      },
    ],
  ],
  'remove-licenses': [
    [
      /^License (.+), through the group “(.+)”: removed by leaving the group$/s,
      ([names = '', group], promised) => license(promised, names, group),
    ],
    // What comes and goes in between is for the step that assigns it to promise.
    [/^License .+, once it is assigned directly: removed$/, () => []],
    [/^License (.+): removed$/, ([name = ''], promised) => license(promised, name, undefined)],
  ],
  'delete-account': [
    [
      /^Account (.+): deleted(?:, with (?:mailbox and )?files)?; can be restored for 30 days(?:, a mailbox for 30 days after its license is removed|(\. The mailbox, on hold, stays as an inactive one))?$/,
      ([name, kept], promised) => {
        if (name !== promised.person.userPrincipalName) throw new Error(`${name} is somebody else`);
        return deleted(promised, kept !== undefined);
      },
    ],
  ],
};

/** What a promised line says must happen. @throws for a line that no promise is known for */
export function expectationsOf(stepId: string, line: string, promised: Promised): Expectation[] {
  for (const [sentence, expect] of promises[stepId] ?? []) {
    const found = sentence.exec(line);
    if (found !== null) return expect(found.slice(1), promised);
  }
  throw new Error(`${stepId} promises what nobody knows how to check: ${line}`);
}
