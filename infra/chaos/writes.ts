import type { RequestRecord } from '../local/tenant/server.ts';

/** One change that was made in the tenant. */
export interface Write {
  call: string;
  /** Any of these steps makes such changes; empty when none does. */
  steps: string[];
  /** What must not be done twice, if it is that. */
  once: string | null;
  /** Path and body: whose it is stands somewhere in it. */
  names: string;
}

const partnersGroups = ['remove-partner-groups', 'remove-partner-role-groups'];

const patterns: [RegExp, string[], once?: true][] = [
  [/^PATCH \/users\/[^/]+ .*accountEnabled/, ['block-sign-in', 'block-partner-people']],
  [/^PATCH \/users\/[^/]+ .*passwordProfile/, ['reset-password'], true],
  // May be done twice: where a password was set in the same second, nobody can tell afterwards whether they were ended.
  [/^POST \/users\/[^/]+\/revokeSignInSessions/, ['revoke-sessions']],
  [/^(DELETE|PATCH) \/users\/[^/]+\/authentication\//, ['remove-sign-in-methods']],
  [/^PATCH \/devices\//, ['disable-devices']],
  [/^POST \/deviceManagement\/managedDevices\/[^/]+\/(retire|wipe)/, ['retire-or-wipe-devices'], true],
  [/^Set-Mailbox .*LitigationHoldEnabled/, ['hold-mailbox']],
  [/^Remove-(Mailbox|Recipient)Permission/, ['remove-mailbox-rights']],
  [/^Remove-MobileDevice/, ['remove-mobile-partnerships']],
  [/^Set-Mailbox .*Forwarding/, ['remove-forwarding', 'forward-mail']],
  [/^Set-Mailbox .*HiddenFromAddressLists/, ['hide-from-address-list']],
  [/^Set-Mailbox .*"Type"/, ['convert-mailbox']],
  [/^DELETE \/users\/[^/]+\/mailFolders\/inbox\/messageRules\/|^Remove-InboxRule/, ['remove-mail-rules']],
  [/^POST \/users\/[^/]+\/events\/[^/]+\/cancel/, ['cancel-meetings'], true],
  [/^PATCH \/users\/[^/]+\/mailboxSettings/, ['set-auto-reply']],
  [/^Add-(Mailbox|Recipient)Permission/, ['delegate-mailbox']],
  [/^POST \/drives\/.*\/invite/, ['hand-over-files']],
  [/^POST \/security\/cases\/ediscoveryCases\/.*\/exportResult/, ['export-content'], true],
  [/^POST \/security\/cases\/ediscoveryCases/, ['export-content']],
  [/^POST \/identityGovernance\/privilegedAccess\//, ['remove-privileged-groups']],
  [/^POST \/users\/[^/]+\/wipeManagedAppRegistrationsByDeviceTag/, ['wipe-app-data']],
  [/^POST \/admin\/teams\/telephoneNumberManagement\//, ['release-phone-number']],
  [/^(POST|DELETE) \/(applications|servicePrincipals)\/[^/]+\/owners/, ['hand-over-apps', 'remove-partner-owners']],
  [/^(POST|DELETE) \/groups\/[^/]+\/owners/, ['hand-over-groups', 'remove-directory-roles', ...partnersGroups]],
  [/^POST \/groups\/[^/]+\/members/, ['hand-over-groups']],
  [
    /^DELETE \/groups\/[^/]+\/members/,
    ['remove-group-memberships', 'remove-licenses', 'remove-directory-roles', ...partnersGroups],
  ],
  [/^Remove-DistributionGroupMember/, ['remove-distribution-lists', 'remove-licenses']],
  [/^DELETE \/users\/[^/]+\/appRoleAssignments/, ['remove-app-access']],
  [/^DELETE \/servicePrincipals\/[^/]+\/appRole/, ['remove-partner-consents']],
  [/^PATCH \/servicePrincipals\//, ['disable-partner-apps', 'disable-used-partner-apps']],
  [/^\w+ \/policies\/crossTenantAccessPolicy\/partners\/[^/]+\/identitySynchronization/, ['stop-account-sync']],
  [/^(POST|PATCH) \/policies\/crossTenantAccessPolicy\//, ['block-partner-tenant', 'block-partner-tenant-again']],
  [/^POST \/identity\/conditionalAccess\/policies/, ['block-by-conditional-access'], true],
  [/^PATCH \/identity\/conditionalAccess\/policies\//, ['block-by-conditional-access', 'remove-partner-exclusions']],
  [/^DELETE \/identityGovernance\/.*connectedOrganizations/, ['remove-connected-organization']],
  [/^PATCH \/organization\//, ['remove-partner-contacts']],
  [/^DELETE \/oauth2PermissionGrants/, ['revoke-consents', 'remove-partner-consents']],
  [/^POST \/users\/[^/]+\/assignLicense/, ['remove-licenses']],
  [/^(DELETE|POST) \/roleManagement\/directory\//, ['remove-directory-roles', 'remove-partner-roles']],
  [/^DELETE \/users\/[^/]+ /, ['delete-account', 'delete-partner-people'], true],
];

/** What changed the tenant, out of everything that it was asked. */
export function writesIn(requests: readonly RequestRecord[]): Write[] {
  return requests.flatMap((request): Write[] => {
    const call = callOf(request);
    if (call === null || !hadEffect(request)) return [];
    const body = JSON.stringify(request.requestBody ?? '');
    const [, steps = [], once] = patterns.find(([pattern]) => pattern.test(`${call} ${body}`)) ?? [];
    // Of what is gone already a second one has no effect, and nobody was told what came of it.
    const sure = request.status !== 0 || /passwordProfile|exportResult/.test(`${call} ${body}`);
    return [{ call, steps, once: once && sure ? call : null, names: `${request.path} ${body}` }];
  });
}

function callOf({ method, path, requestBody }: RequestRecord): string | null {
  const cmdlet = /"CmdletName":"([^"]+)"/.exec(JSON.stringify(requestBody ?? ''))?.[1];
  if (cmdlet !== undefined) return cmdlet.startsWith('Get-') ? null : cmdlet;
  if (method === 'GET' || !path.startsWith('/v1.0/')) return null;
  const below = path.slice('/v1.0'.length);
  return /^\/\$batch|(check|get)Member\w+$|^\/directoryObjects\/getByIds|^\/identity\/conditionalAccess\/evaluate/.test(
    below,
  )
    ? null
    : `${method} ${below}`;
}

const hadEffect = ({ status, fault }: RequestRecord): boolean =>
  fault === 'timeoutAfter' || (fault === null && status >= 200 && status < 300);
