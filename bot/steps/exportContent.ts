import { z } from 'zod';
import { dayInWords, hours, minutes, seenSoon } from '../clock.ts';
import { AppError } from '../errors.ts';
import { GraphFailure } from '../graph/failure.ts';
import { path } from '../graph/path.ts';
import { purview, who } from '../people/places.ts';
import { definePersonStep, type ReadContext, type WriteContext } from '../people/step.ts';

const cases = '/security/cases/ediscoveryCases';
const reviewCase = z.object({ id: z.string(), externalId: z.string().nullish(), status: z.string().nullish() });
const custodian = z.object({ id: z.string(), email: z.string().nullish(), holdStatus: z.string().nullish() });
const userSource = z.object({ id: z.string() });
const search = z.object({ id: z.string(), displayName: z.string().nullish() });
const operation = z.object({
  id: z.string(),
  '@odata.type': z.string().nullish(),
  status: z.string().nullish(),
  percentProgress: z.number().nullish(),
  completedDateTime: z.string().nullish(),
  exportFileMetadata: z.array(z.object({ fileName: z.string().nullish(), size: z.number().nullish() })).nullish(),
});
type Operation = z.output<typeof operation>;

/**
 * Every part is looked for before it is made, by the name of our case: a bot that is stopped in the middle goes on with
 * what is there. Only then is anything deleted that the export is of.
 */
export const exportContent = definePersonStep({
  id: 'export-content',
  title: 'Export content',
  lasting: true,
  keeps: true,
  does: 'Holds mailbox and OneDrive in an eDiscovery case of their own and exports them, mail as PST; takes hours.',
  permissions: ['Directory.Read.All', 'eDiscovery.ReadWrite.All'],
  notIn: ['china'],
  takes: { usually: 'within hours', atMost: hours(72) },
  before: z.object({ email: z.string() }),

  appliesTo(_subject, options) {
    return options.exportContent ? null : { notNeeded: 'No export was asked for.' };
  },
  async preview(context) {
    const { subject, graph, caseName } = context;
    if (subject.mail === null) return { notNeeded: 'There is no mailbox.' };
    if (!(await isPremium(graph))) {
      return {
        byHand:
          'Microsoft lets apps export only where there is Microsoft 365 E5, or an eDiscovery add-on: none is bought here.',
      };
    }
    // Also for its refusal: rights in Purview are given there, and only a call tells.
    const ours = await findCase(context);
    const below = path`/security/cases/ediscoveryCases/${ours?.id ?? ''}`;
    const keeper = ours === null ? null : await custodianOf(context, below, subject.mail);
    if (keeper !== null && isHeld(keeper))
      return { notNeeded: `Mailbox and OneDrive are on hold in the eDiscovery case “${nameOf(caseName)}” already.` };
    return {
      before: { email: subject.mail },
      changes: [
        { says: `eDiscovery case “${caseName}”: mailbox and OneDrive on hold`, touches: [subject.id] },
        {
          says: `Export: made, mail as PST and files as they are; to be downloaded in the Purview portal within ${keptDays} days`,
          touches: [subject.id],
        },
      ],
    };
  },
  async run(context, { email }) {
    const { graph, caseName } = context;
    const part = partsOf(context);
    const ours = await part(
      () => findCase(context),
      () => graph.create(cases, { displayName: nameOf(caseName), externalId: keyOf(context) }, reviewCase),
    );
    const below = path`/security/cases/ediscoveryCases/${ours.id}`;
    const keeper = await part(
      () => custodianOf(context, below, email),
      () => graph.create(`${below}/custodians`, { email }, custodian),
    );
    const sources = `${below}${path`/custodians/${keeper.id}/userSources`}`;
    await part(
      async () => (await graph.list(sources, userSource))[0] ?? null,
      () => graph.create(sources, { email, includedSources: 'mailbox,site' }, userSource),
    );
    if (!isHeld(keeper)) await graph.post(`${below}${path`/custodians/${keeper.id}/applyHold`}`, {});
    const everything = await part(
      async () =>
        (await graph.list(`${below}/searches`, search)).find(({ displayName }) => displayName === nameOf(caseName)) ??
        null,
      () =>
        graph.create(
          `${below}/searches`,
          { displayName: nameOf(caseName), contentQuery: '', dataSourceScopes: 'allCaseCustodians' },
          search,
        ),
    );
    // Only an estimated search is exported (learn.microsoft.com, "ediscoverySearch: exportResult").
    await part(
      () => estimateOf(context, below),
      () => graph.post(`${below}${path`/searches/${everything.id}/estimateStatistics`}`, {}),
    );
    const estimate = await estimateOf(context, below);
    if (estimate !== null && !isOver(estimate)) {
      throw new AppError('held-back', 'Purview is still counting what there is to export. Signoff goes on by itself.', {
        passing: true,
        retryAfterMs: minutes(1),
      });
    }
    await part(
      async () => {
        const last = await exportOf(context, below);
        return last === null || hasFailed(last) ? null : last;
      },
      () =>
        graph.post(`${below}${path`/searches/${everything.id}/exportResult`}`, {
          displayName: nameOf(caseName),
          exportCriteria: 'searchHits',
          exportFormat: 'pst',
          additionalOptions: 'includeFolderAndPath,splitSource',
        }),
    );
  },
  async verify(context) {
    const ours = await findCase(context);
    const made = ours === null ? null : await exportOf(context, path`/security/cases/ediscoveryCases/${ours.id}`);
    if (made === null) return { notYet: 'There is no export yet.' };
    if (hasFailed(made)) {
      const how = made.status === 'partiallySucceeded' ? 'is not complete' : 'failed';
      return { refuted: `The export ${how}. See the case in the Purview portal, then retry.` };
    }
    if (made.status !== 'succeeded') return { notYet: `The export is at ${made.percentProgress ?? 0} percent.` };
    const files = (made.exportFileMetadata ?? []).map(
      ({ fileName, size }) => `${fileName} (${((size ?? 0) / 1024 ** 2).toFixed(0)} MB)`,
    );
    return {
      proved: `Exported; download it ${untilWhen(made)} in the Purview portal, case “${nameOf(context.caseName)}”: ${files.join(', ') || 'no files'}.`,
    };
  },
  byHand(subject) {
    return {
      who: who.eDiscoveryManager,
      ...purview,
      clicks: [
        `Create a case and add ${subject.displayName} as custodian, with mailbox and OneDrive on hold.`,
        'Create a search of everything of the custodian.',
        `Export the results, mail as PST, and wait until it is done. Download it within ${keptDays} days.`,
      ],
      command: null,
    };
  },
  async verifyByHand() {
    // A case made by hand may have any name.
    return null;
  },
  async undo(context, { email }) {
    const ours = await findCase(context);
    if (ours === null) return;
    const below = path`/security/cases/ediscoveryCases/${ours.id}`;
    const keeper = await custodianOf(context, below, email);
    if (keeper !== null && isHeld(keeper))
      await context.graph.post(`${below}${path`/custodians/${keeper.id}/removeHold`}`, {});
  },
});

/** Packages of an export are deleted after that (Microsoft's message MC1217141). */
const keptDays = 14;

const untilWhen = ({ completedDateTime }: Operation): string =>
  completedDateTime == null
    ? `within ${keptDays} days`
    : `before ${dayInWords(new Date(Date.parse(completedDateTime) + hours(24 * keptDays)))}`;

const sku = z.object({
  capabilityStatus: z.string().nullish(),
  servicePlans: z.array(z.object({ servicePlanName: z.string() })),
});
/**
 * learn.microsoft.com/graph/api/resources/security-ediscovery-apioverview asks for E5 or an equivalent add-on; both have
 * Office 365 Advanced eDiscovery and Advanced Auditing in them ("Product names and service plan identifiers for licensing").
 */
const premiumPlan = /^(EQUIVIO_ANALYTICS|M365_ADVANCED_AUDITING)/;

async function isPremium(graph: ReadContext['graph']): Promise<boolean> {
  const bought = await graph.list('/subscribedSkus?$select=capabilityStatus,servicePlans', sku);
  return bought.some(
    ({ capabilityStatus, servicePlans }) =>
      ['Enabled', 'Warning'].includes(capabilityStatus ?? 'Enabled') &&
      servicePlans.some(({ servicePlanName }) => premiumPlan.test(servicePlanName)),
  );
}

/** One that failed is over as well: what comes of the export then is for Purview to say. */
const isOver = (estimate: Operation): boolean => estimate.status === 'succeeded' || hasFailed(estimate);

const hasFailed = ({ status }: Operation): boolean =>
  ['failed', 'submissionFailed', 'partiallySucceeded'].includes(status ?? '');

const nameOf = (caseName: string): string => `Signoff ${caseName}`;

const isHeld = ({ holdStatus }: z.output<typeof custodian>): boolean =>
  holdStatus === 'applied' || holdStatus === 'applying';

/** Numbers of cases begin anew with a new database: another person's export must not be taken for this one's. */
const keyOf = ({ caseName, subject }: ReadContext | WriteContext): string => `${caseName} ${subject.id}`;

async function findCase(context: ReadContext | WriteContext) {
  const all = await context.graph.list(cases, reviewCase);
  return all.find(({ externalId, status }) => externalId === keyOf(context) && status !== 'closed') ?? null;
}

async function custodianOf({ graph }: ReadContext | WriteContext, below: string, email: string) {
  return (
    (await graph.list(`${below}/custodians`, custodian)).find(
      (one) => one.email?.toLowerCase() === email.toLowerCase(),
    ) ?? null
  );
}

/** `action` would say so too, but shows as unknown to whoever does not ask for newer values. */
const estimateType = '#microsoft.graph.security.ediscoveryEstimateOperation';
const exportType = '#microsoft.graph.security.ediscoverySearchExportOperation';

async function estimateOf({ graph }: ReadContext | WriteContext, below: string): Promise<Operation | null> {
  const all = await graph.list(`${below}/operations`, operation);
  return all.find((one) => one['@odata.type'] === estimateType) ?? null;
}

/** The export under way or done; a failed one only when there is no other, so that a retry makes a new one. */
async function exportOf({ graph }: ReadContext | WriteContext, below: string): Promise<Operation | null> {
  const exports = (await graph.list(`${below}/operations`, operation)).filter(
    (one) => one['@odata.type'] === exportType,
  );
  return exports.find((one) => !hasFailed(one)) ?? exports[0] ?? null;
}

/**
 * Finds a part, or makes it. After an attempt whose answer was lost, a part that is not there may only not be seen yet: the
 * first one is looked for longer. What comes after one that was made just now was made by no earlier attempt.
 */
function partsOf({ attempt }: WriteContext) {
  let patient = attempt > 1;
  let isNew = false;
  return async <T, M>(find: () => Promise<T | null>, make: () => Promise<M>): Promise<T | M> => {
    const found = isNew ? null : await (patient ? seenSoon(find) : find());
    if (found !== null) return found;
    patient = false;
    try {
      const made = await make();
      isNew = true;
      return made;
    } catch (error) {
      if (!(error instanceof GraphFailure && error.status === 409)) throw error;
      return (await seenSoon(find)) ?? taken(error);
    }
  };
}

/** Made by an earlier attempt and not seen yet, which a while may mend; or something of the same name that is not ours. */
function taken(cause: GraphFailure): never {
  throw new AppError(
    'held-back',
    `Purview says “${cause.text}”, but does not show it as Signoff’s. Look in the Purview portal: rename or close what is not Signoff’s, then retry.`,
    { cause },
  );
}
