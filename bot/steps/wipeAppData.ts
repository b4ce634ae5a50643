import { z } from 'zod';
import { minutes, seenSoon } from '../clock.ts';
import { cameLater } from '../engine/cameLater.ts';
import { isMissing } from '../graph/failure.ts';
import { inIntune } from '../graph/intune.ts';
import { path } from '../graph/path.ts';
import { intuneAppWipe, who } from '../people/places.ts';
import { definePersonStep, type ReadContext } from '../people/step.ts';

const registration = z.object({
  id: z.string(),
  deviceTag: z.string().nullish(),
  deviceName: z.string().nullish(),
  deviceType: z.string().nullish(),
});
const operation = z.object({ id: z.string(), state: z.string().nullish() });
type Operation = z.output<typeof operation>;
const phone = z.object({
  tag: z.string(),
  name: z.string(),
  apps: z.array(z.object({ id: z.string(), operations: z.array(z.string()) })),
});
type Phone = z.output<typeof phone>;

/** Company data in apps on phones that the company does not manage: it goes, and what is private stays. */
export const wipeAppData = definePersonStep({
  id: 'wipe-app-data',
  title: 'Remove app data from phones',
  does: 'Orders Intune to remove company data from protected apps on phones, also on those that it does not manage.',
  permissions: ['DeviceManagementApps.ReadWrite.All'],
  takes: { usually: 'within minutes', atMost: minutes(15) },
  before: z.object({ phones: z.array(phone) }),

  appliesTo(_subject, { appData }) {
    return appData ? null : { notNeeded: 'App data on phones is left as it is.' };
  },
  async preview(context) {
    const phones = (await phonesOf(context))
      .filter(({ ordered }) => !ordered)
      .map(({ tag, name, apps }) => ({ tag, name, apps: apps.map(noted) }));
    if (phones.length === 0)
      return { notNeeded: 'There is no company data in apps on phones, or each has its order already.' };
    return {
      before: { phones },
      changes: phones.map(({ tag, name, apps }) => ({
        says: `Company data in ${apps.length === 1 ? '1 app' : `${apps.length} apps`} on ${name}: removed when the app is next opened`,
        touches: [tag],
        binds: `company data in apps on ${name}`,
      })),
      leaves: [
        'App data on phones: Intune removes it only for an account that is enabled and licensed. Whoever is blocked before they open the app may keep it until the app locks itself; see in the Intune admin center, App selective wipe.',
      ],
    };
  },
  async run(context, { phones }) {
    // An order whose answer was lost may have reached Intune, which does not show it yet.
    const isClear = async () => ((await standingOf(context, phones)).every(({ is }) => is !== 'open') ? true : null);
    if (context.attempt > 1) await seenSoon(isClear);
    const toOrder = (await standingOf(context, phones)).filter(({ is }) => is === 'open' || is === 'failed');
    for (const { tag } of toOrder) {
      try {
        await context.graph.post(path`/users/${context.subject.id}/wipeManagedAppRegistrationsByDeviceTag`, {
          deviceTag: tag,
        });
      } catch (error) {
        // Gone from Intune is what was wanted.
        if (!isMissing(error)) throw error;
      }
    }
  },
  async verify(context, { phones }) {
    const now = await standingOf(context, phones);
    const named = (wanted: Standing) => now.filter(({ is }) => is === wanted).map(({ name }) => name);
    if (named('failed').length > 0)
      return {
        refuted: `Intune reports that it failed for ${named('failed').join(', ')}. Retry, or do it in ${intuneAppWipe.where}.`,
      };
    if (named('open').length > 0) return { notYet: `Intune has no order yet for ${named('open').join(', ')}.` };
    const later = (await phonesOf(context)).filter(
      ({ tag, ordered }) => !ordered && !phones.some((one) => one.tag === tag),
    );
    const all = phones.length === 1 ? '1 phone' : `${phones.length} phones`;
    return named('ordered').length > 0
      ? { ordered: `Ordered for ${all}; the data goes when an app is next opened.${cameLater(later.length, 'phone')}` }
      : { proved: `Gone from ${all}.${cameLater(later.length, 'phone')}` };
  },
  byHand({ displayName }) {
    return {
      who: who.intuneAdmin,
      ...intuneAppWipe,
      clicks: ['Wipe requests: Create wipe request.', `User: ${displayName}. Device: each of them in turn.`, 'Create.'],
      command: null,
    };
  },
  cannotUndo:
    'Only Intune can withdraw an order, before the app is opened; whoever comes back signs in to the app again.',
});

type Standing = 'open' | 'ordered' | 'failed' | 'gone';

/**
 * How far each phone's order is, by the operations that are new since the plan. Which states these have is not documented:
 * what is not known to be over still waits.
 */
async function standingOf(context: ReadContext, phones: Phone[]): Promise<(Phone & { is: Standing })[]> {
  const now = await phonesOf(context);
  return phones.map((phone) => {
    const known = phone.apps.flatMap(({ operations }) => operations);
    const present = now
      .find(({ tag }) => tag === phone.tag)
      ?.apps.filter(({ id }) => phone.apps.some((one) => one.id === id));
    if (present === undefined || present.length === 0) return { ...phone, is: 'gone' };
    const orders = present.map(({ operations }) => operations.filter(({ id }) => !known.includes(id)));
    if (orders.flat().length === 0) return { ...phone, is: 'open' };
    const states = orders.flatMap(standingOfApp);
    return { ...phone, is: (['ordered', 'failed'] as const).find((one) => states.includes(one)) ?? 'gone' };
  });
}

/** An app that was ordered again after a failure has both orders. */
function standingOfApp(orders: Operation[]): Standing[] {
  const all = orders.map(standingOfOrder);
  return all.some((one) => one !== 'failed') ? all.filter((one) => one !== 'failed') : all;
}

/** The words are those of `actionState`, which Intune has for actions on devices. */
function standingOfOrder({ state }: Operation): Standing {
  if (/^(done|completed|succeeded)$/i.test(state ?? '')) return 'gone';
  return /fail|cancel|notSupported/i.test(state ?? '') ? 'failed' : 'ordered';
}

interface Found {
  tag: string;
  name: string;
  apps: { id: string; operations: Operation[] }[];
  ordered: boolean;
}

const noted = ({ id, operations }: Found['apps'][number]) => ({ id, operations: operations.map((one) => one.id) });

/** Their protected apps by phone, with what was ordered for each so far. */
async function phonesOf({ subject, graph }: ReadContext): Promise<Found[]> {
  const found = await inIntune(() => graph.list(path`/users/${subject.id}/managedAppRegistrations`, registration));
  const phones = new Map<string, Found>();
  for (const { id, deviceTag, deviceName, deviceType } of found.sort((a, b) => a.id.localeCompare(b.id))) {
    if (deviceTag == null) continue;
    const operations = await graph.list(path`/deviceAppManagement/managedAppRegistrations/${id}/operations`, operation);
    const name = `${deviceName ?? 'a phone without a name'}${deviceType ? ` (${deviceType})` : ''}`;
    const one = phones.get(deviceTag) ?? { tag: deviceTag, name, apps: [], ordered: false };
    one.apps.push({ id, operations });
    one.ordered ||= operations.some((own) => standingOfOrder(own) === 'ordered');
    phones.set(deviceTag, one);
  }
  return [...phones.values()];
}
