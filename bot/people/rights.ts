import type { Cloud, CloudName } from '../clouds.ts';
import type { Rights } from '../engine/step.ts';
import { type Access, directoryRole, type ExchangeRight } from '../graph/access.ts';
import { lackingWords, mayDo } from '../graph/lacking.ts';
import type { Options } from './choices.ts';
import type { Subject } from './person.ts';

/** What a step needs of the app beside being let do anything at all. */
export interface Needs {
  title: string;
  permissions: readonly string[];
  /**
   * When the app's service principal must hold a directory role too: User Administrator always, or only for a subject
   * that holds roles itself; Privileged Authentication Administrator, in either case, for a privileged one.
   */
  directoryRole?: 'always' | 'for privileged subjects';
  /** Must not be done to somebody whose strong roles are still there: nobody may lock out the last administrator half-way. */
  onlyWithoutRoles?: true;
  /** Works through Exchange Online: what the app must be allowed there. */
  exchange?: ExchangeRight;
  /** Clouds whose Graph does not have it (each call's page on learn.microsoft.com names them): people do it there. */
  notIn?: readonly CloudName[];
}

export function rightsFor(needs: Needs): Rights<Subject, Options> {
  return {
    lacks: ({ subject, access, cloud }) => whatIsMissing(needs, subject, access, cloud),
    blind: ({ access, cloud }) =>
      isMissingIn(cloud, needs) || (needs.exchange !== undefined && !access.exchange.has(needs.exchange)),
    holdsBack: ({ displayName, strongRoles }) =>
      needs.onlyWithoutRoles && strongRoles.length > 0
        ? `${displayName} still has ${strongRoles.join(', ')}. Take the roles away first (retry that step), then retry this one.`
        : null,
    // For a moment after roles were taken away, Microsoft 365 still refuses as if they were there.
    mayPass: (subject, failure) => failure.kind === 'denied' && needs.directoryRole !== undefined && subject.guarded,
  };
}

const isMissingIn = ({ name }: Cloud, { notIn = [] }: Needs): boolean => notIn.includes(name);

/** What the app lacks for this step and subject, in a sentence, or null. */
function whatIsMissing(needs: Needs, subject: Subject, access: Access, cloud: Cloud): string | null {
  if (isMissingIn(cloud, needs)) return 'In this cloud of Microsoft’s no app may do this: it is done by hand.';
  const lacking = lackingWords(needs.permissions, access);
  if (lacking !== null) return lacking;
  if (needs.exchange !== undefined && !access.exchange.has(needs.exchange)) {
    if (!cloud.exchangeOverRest) return 'In this cloud Signoff does not work in Exchange Online: it is done by hand.';
    return needs.exchange === 'hold' && access.exchange.size > 0
      ? 'Signoff may not do this in Exchange Online (the role Exchange Administrator would let it). Until then this is done by hand.'
      : 'Signoff has no rights in Exchange Online. An admin can grant them; until then this is done by hand.';
  }
  const { globalAdministrator, privilegedAuthenticationAdministrator, userAdministrator } = directoryRole;
  const high =
    access.directoryRoles.has(globalAdministrator) || access.directoryRoles.has(privilegedAuthenticationAdministrator);
  if (needs.directoryRole === undefined || high) return null;
  // A playbook takes roles away before anything that they would forbid.
  if (subject.guarded && !mayDo(access, 'RoleManagement.ReadWrite.Directory')) {
    return `${subject.displayName} holds privileged rights, so Signoff would need the directory role Privileged Authentication Administrator. Until then this is done by hand.`;
  }
  // Whoever holds even a light role is beyond an app without one.
  const needed = needs.directoryRole === 'always' || subject.roles.length > 0;
  if (needed && !access.directoryRoles.has(userAdministrator)) {
    return 'Signoff lacks the directory role User Administrator. An admin can assign it; until then this is done by hand.';
  }
  return null;
}
