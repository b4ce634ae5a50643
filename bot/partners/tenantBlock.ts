import { z } from 'zod';
import { AppError, Refusal } from '../errors.ts';
import { GraphFailure, isDenied } from '../graph/failure.ts';
import { crossTenantSettings, who } from './places.ts';
import { definePartnerStep, type PartnerStep } from './step.ts';
import type { PartnerSubject } from './subject.ts';
import { entriesPath, entryPath, type Inbound, inboundSchema, readDefault, readEntry } from './tenantEntry.ts';

const everybody = (target: string, targetType: string) => ({
  accessType: 'blocked' as const,
  targets: [{ target, targetType }],
});
/** Users and applications are blocked together, or Graph refuses; each object is replaced whole. */
const shut = {
  usersAndGroups: everybody('AllUsers', 'user'),
  applications: everybody('AllApplications', 'application'),
};
const untrusting = {
  isMfaAccepted: false,
  isCompliantDeviceAccepted: false,
  isHybridAzureADJoinedDeviceAccepted: false,
};

const isShut = (one: Inbound['b2bCollaborationInbound']): boolean =>
  one?.usersAndGroups?.accessType === 'blocked' && one.applications?.accessType === 'blocked';
const trusts = (one: Inbound['inboundTrust']): boolean => Object.values(one ?? {}).some(Boolean);

/** What of the block is not there, in words. */
function open(entry: Inbound | null, subject: PartnerSubject): string[] {
  return [
    isShut(entry?.b2bCollaborationInbound ?? null) ? '' : 'guests and invitations',
    isShut(entry?.b2bDirectConnectInbound ?? null) ? '' : 'shared channels',
    entry?.automaticUserConsentSettings?.inboundAllowed ? 'invitations without being asked' : '',
    trusts(entry?.inboundTrust ?? null) && mayTrust(subject) ? 'trust in their multifactor authentication' : '',
  ].filter(Boolean);
}

/** Trust settings take Entra ID P1: without it they can't be written. */
const mayTrust = ({ containment }: PartnerSubject): boolean => containment !== 'no-license';

function blockOf(entry: Inbound | null, subject: PartnerSubject) {
  const { outboundAllowed } = entry?.automaticUserConsentSettings ?? {};
  return {
    b2bCollaborationInbound: shut,
    b2bDirectConnectInbound: shut,
    automaticUserConsentSettings: { inboundAllowed: false, ...(outboundAllowed != null && { outboundAllowed }) },
    ...(trusts(entry?.inboundTrust ?? null) && mayTrust(subject) && { inboundTrust: untrusting }),
  };
}

const tenantOf = ({ tenantId }: PartnerSubject): string => {
  if (tenantId === null) throw new Refusal('gone', 'No tenant is known: there is nothing to block.');
  return tenantId;
};

const withoutNulls = (settings: Partial<Inbound>): Partial<Inbound> =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== null));

interface Named {
  id: string;
  title: string;
  does: string;
  /** How the change is told. */
  says(subject: PartnerSubject, open: readonly string[]): string;
}

/** Blocks one tenant's people in cross-tenant access: guests, invitations, shared channels. */
export function defineTenantBlock({ says, ...named }: Named): PartnerStep {
  return definePartnerStep({
    ...named,
    permissions: ['Policy.ReadWrite.CrossTenantAccess'],
    before: z.object({
      /** Null where nothing was set for them. */
      entry: inboundSchema.nullable(),
    }),
    appliesTo: ({ tenantId }) =>
      tenantId === null ? { notNeeded: 'No tenant is known that could be blocked.' } : null,

    async preview({ subject, graph }) {
      const tenantId = tenantOf(subject);
      const found = await readEntry(graph, tenantId);
      const left = open(found, subject);
      if (left.length === 0) return { notNeeded: 'Their tenant is blocked.' };
      const entry = found === null ? null : inboundSchema.parse(found);
      return { before: { entry }, changes: [{ says: says(subject, left), touches: [tenantId] }] };
    },
    async run({ subject, graph }) {
      const tenantId = tenantOf(subject);
      const found = await readEntry(graph, tenantId);
      const block = blockOf(found, subject);
      if (found === null) {
        await graph.post(entriesPath, { tenantId, ...block });
        return;
      }
      try {
        await graph.patch(entryPath(tenantId), block);
      } catch (error) {
        if (!(isDenied(error) && found.isServiceProvider)) throw error;
        throw new AppError(
          'held-by-others',
          `Microsoft lets nobody but itself change what is set for a service provider. Skip this step: it is tried again once delegated administration has ended.`,
          { cause: error },
        );
      }
    },
    async verify({ subject, graph }) {
      const left = open(await readEntry(graph, tenantOf(subject)), subject);
      return left.length === 0
        ? { proved: 'Their tenant is blocked: nobody is invited from there, and shared channels are shut to them.' }
        : { notYet: `Still open: ${left.join(', ')}.` };
    },
    byHand({ displayName, tenantId }) {
      return {
        who: who.securityAdmin,
        ...crossTenantSettings,
        clicks: [
          `Organizational settings: find ${displayName} (${tenantId ?? 'no tenant is known'}), or add it.`,
          'Inbound access: B2B collaboration, block all users and all applications. The same in B2B direct connect.',
          'Trust settings: clear every box. Save.',
        ],
        command: null,
      };
    },
    async undo({ subject, graph }, { entry }) {
      const tenantId = tenantOf(subject);
      // Made for the block alone: gone, the default holds for them again.
      if (entry === null) return graph.delete(entryPath(tenantId));
      const { inboundTrust, ...rest } = entry;
      const earlier = trusts(inboundTrust) ? { ...rest, inboundTrust } : rest;
      // It may have gone with delegated administration.
      if ((await readEntry(graph, tenantId)) === null) {
        await graph.post(entriesPath, { tenantId, ...withoutNulls(earlier) });
        return;
      }
      try {
        await graph.patch(entryPath(tenantId), earlier);
      } catch (error) {
        // A setting may not go back to the default by null: then it gets what the default says.
        if (!(error instanceof GraphFailure && error.kind === 'refused')) throw error;
        const usual = await readDefault(graph);
        const filled = Object.entries(earlier).map(([name, value]) => [name, value ?? usual[name as keyof Inbound]]);
        await graph.patch(entryPath(tenantId), Object.fromEntries(filled));
      }
    },
  });
}
