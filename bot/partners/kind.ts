import type { SubjectKind } from '../engine/subject.ts';
import type { PartnerOptions } from './choices.ts';
import { readPartner, readPartnerBack } from './readPartner.ts';
import { type PartnerSubject, partnerSubjectSchema } from './subject.ts';

/** Another organization that holds something here. */
export const partner: SubjectKind<PartnerSubject, PartnerOptions> = {
  schema: partnerSubjectSchema,
  read: readPartner,
  readBack: readPartnerBack,
  binds: ({ id, tenantId, isProvider }) => ({ id, tenantId, isProvider }),
  matters: (subject) => subject,

  outgrew: (agreed, now) =>
    now.isProvider && !agreed.isProvider
      ? `${now.displayName} administers your organization by now, which it did not when the plan was approved.`
      : null,

  // Nobody takes a partner out alone: it may be the one that knows how to get back in.
  approvalsNeeded: () => 2,

  isOf: ({ accounts }, personId) => accounts.includes(personId),

  conflict: ({ accounts, displayName }, _options, actorId) =>
    accounts.includes(actorId) ? `have an account of ${displayName}` : null,

  about({ displayName, tenantId, domains, isProvider }) {
    const [main] = domains;
    return {
      unmistakable: main === undefined ? displayName : `${displayName} (${main})`,
      line: [
        isProvider ? 'service provider (delegated administration)' : 'another organization',
        domains.slice(0, 3).join(', '),
      ]
        .filter(Boolean)
        .join(' · '),
      facts: [
        { title: 'Tenant', value: tenantId ?? 'not known' },
        { title: 'Approval', value: 'two approvers, neither with an account of theirs' },
      ],
    };
  },

  warnings({ displayName, tenantId, isProvider, containment }) {
    return [
      isProvider ? (uncontained[containment] ?? '') : '',
      tenantId === null
        ? `Nobody knows a tenant behind ${displayName}: only its people and addresses can be found and removed.`
        : '',
    ].filter(Boolean);
  },
};

/** Why delegated administration goes on until it is ended by hand. */
export const uncontained: Readonly<Partial<Record<PartnerSubject['containment'], string>>> = {
  'no-license':
    'No proven containment: keeping a service provider out takes Conditional Access, and your tenant has no Microsoft Entra ID P1. What they may do ends only when delegated administration is ended by hand, which comes first.',
  'security-defaults':
    'No proven containment: security defaults are on, and exclude Conditional Access. What they may do ends only when delegated administration is ended by hand, which comes first.',
  'not-known':
    'No proven containment: Signoff may not see whether security defaults are on (permission Policy.Read.All). What they may do ends only when delegated administration is ended by hand, which comes first.',
};
