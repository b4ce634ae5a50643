import { dayInWords, days } from '../clock.ts';
import { lightRoles } from '../graph/access.ts';
import type { Fact } from './finding.ts';
import { decisionOn, type PartnerNotes } from './notes.ts';
import { type FactOf, factsOf, isOnlyPublisher, isProvider, type Partner } from './partner.ts';

/** What people read about another organization: what it is, what it holds, and what should be less. */

const count = (n: number, one: string, several = `${one}s`): string => `${n} ${n === 1 ? one : several}`;
const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join() : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
const capitalized = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
const unique = (names: readonly string[]): string[] => [...new Set(names)];

const day = (iso: string): string => dayInWords(new Date(iso));
/** So long without a sign-in, and an account is not used. */
const unusedMs = days(90);

const live = (partner: Partner): FactOf<'subscription'>[] =>
  factsOf(partner, 'subscription').filter(({ status }) => status !== 'Deleted');

export function kindOf(partner: Partner): string {
  const kinds = [
    isProvider(partner) ? 'service provider (delegated administration)' : '',
    live(partner).length > 0 ? 'sells licenses' : '',
    factsOf(partner, 'synchronization').length > 0 ? 'synchronizes accounts' : '',
  ].filter(Boolean);
  if (kinds.length > 0) return kinds.join(', ');
  if (isOnlyPublisher(partner)) return 'publishes apps';
  return factsOf(partner, 'person').length > 0 ? 'people from outside' : 'other traces';
}

/** In one line, what it holds. */
export function holds(partner: Partner): string {
  const [persons, apps] = [factsOf(partner, 'person'), factsOf(partner, 'app')];
  const guests = persons.filter(({ isGuest }) => isGuest).length;
  const seats = live(partner).reduce((sum, { seats }) => sum + seats, 0);
  const parts = [
    listed(unique(factsOf(partner, 'role').map(({ role, isEligible }) => (isEligible ? `${role} (eligible)` : role)))),
    guests > 0 ? count(guests, 'guest') : '',
    persons.length > guests ? count(persons.length - guests, 'member') : '',
    apps.length > 0 ? count(apps.length, 'app') : '',
    seats > 0 ? count(seats, 'seat') : '',
    ...(['channel', 'connected', 'contact', 'exclusion', 'key'] as const).map((what) => {
      const n = factsOf(partner, what).length;
      return n === 0 ? '' : count(n, nouns[what], pluralOf[what]);
    }),
  ];
  return parts.filter(Boolean).join(' · ');
}

const nouns = {
  channel: 'shared channel',
  connected: 'connected organization',
  contact: 'contact address',
  exclusion: 'exclusion',
  key: 'key',
};
const pluralOf: Partial<Record<keyof typeof nouns, string>> = { contact: 'contact addresses' };

/** What was decided about it, in a sentence; null for nothing. */
export function decisionWords({ key }: Partner, notes: PartnerNotes, now: Date): string | null {
  const kept = notes.kept.get(key);
  if (kept === undefined) return null;
  const { until, by, why } = kept;
  const isDue = decisionOn(key, notes, now) === 'due';
  return isDue
    ? `To be decided anew: ${by} kept it until ${day(until)}, because “${why}”.`
    : `Kept until ${day(until)} by ${by}: “${why}”.`;
}

/** What is more than it should be, the gravest first. */
export function hintsOf(partner: Partner, now: Date): string[] {
  const roles = factsOf(partner, 'role');
  const strong = roles.filter((one) => one.how === 'delegated' && !lightRoles.has(one.roleTemplateId));
  const delegated = unique(strong.map(({ role }) => role));
  const powerful = factsOf(partner, 'app').filter(({ mayDo, isEnabled }) => mayDo.length > 0 && isEnabled);
  const disabled = factsOf(partner, 'app').filter(
    (app) => !app.isEnabled && app.mayDo.length + app.consents.length > 0,
  );
  const excluded = factsOf(partner, 'exclusion').filter(({ isOn }) => isOn);
  const unused = factsOf(partner, 'person').filter((one) => one.isEnabled && isUnused(one, now));
  return [
    delegated.length > 0
      ? `${listed(delegated)} through delegated administration: ask for lesser roles. Until when is shown in the Microsoft 365 admin center alone.`
      : '',
    ...roles
      .filter(({ how }) => how !== 'delegated')
      .map(({ holder, role, isEligible }) => `${holder} ${isEligible ? 'can activate' : 'holds'} ${role}.`),
    ...powerful.map(({ name, mayDo }) => `${name} may use ${listed(mayDo)} with nobody signed in.`),
    ...factsOf(partner, 'key').map(({ says }) => `${capitalized(says)}.`),
    ...unique(excluded.map(({ policy, who }) => `“${policy}” leaves out ${who}.`)),
    unused.length > 0
      ? `${count(unused.length, 'account')} of theirs ${unused.length === 1 ? 'has' : 'have'} not signed in for 90 days.`
      : '',
    ...disabled.map(({ name }) => `${name} is disabled, and what was consented to is still there.`),
  ].filter(Boolean);
}

/** Where it can't be seen, nobody is called unused; an invitation that waits is no account yet. */
function isUnused({ lastSignIn, isPending }: FactOf<'person'>, now: Date): boolean {
  if (lastSignIn === undefined || isPending) return false;
  return lastSignIn === null || now.getTime() - Date.parse(lastSignIn) > unusedMs;
}

export interface Section {
  title: string;
  lines: string[];
}

/** Everything that it holds, by kind. */
export function sectionsOf(partner: Partner): Section[] {
  const of = <What extends Fact['what']>(what: What, title: string, line: (fact: FactOf<What>) => string): Section => ({
    title,
    lines: unique(factsOf(partner, what).map(line)),
  });
  return [
    of('role', 'Directory roles', roleLine),
    { title: 'Multifactor authentication', lines: mfaLines(partner) },
    { title: 'People', lines: peopleLines(factsOf(partner, 'person')) },
    of('app', 'Apps', appLine),
    of('subscription', 'Licenses', subscriptionLine),
    of('synchronization', 'Synchronization', () => 'Their tenant makes accounts here, again after they are deleted.'),
    of('package', 'Access packages', ({ name, person }) => `${name}: ${person}`),
    of('connected', 'Connected organization', ({ name, policies }) =>
      policies.length === 0 ? name : `${name}, in ${listed(policies.map((policy) => `“${policy}”`))}`,
    ),
    of(
      'channel',
      'Shared channels',
      ({ name, team, people }) => `${name} in ${team}: ${count(people, 'person', 'people')}`,
    ),
    of('exclusion', 'Left out of Conditional Access', ({ policy, isOn, who }) =>
      isOn ? `“${policy}”: ${who}` : `“${policy}” (not on): ${who}`,
    ),
    of('location', 'Named locations', ({ name, isTrusted }) => (isTrusted ? `${name}, trusted` : name)),
    of('key', 'Keys', ({ says }) => capitalized(says)),
    {
      title: 'Also theirs, and removed by themselves',
      lines: partner.joined.map((one) => [one.name, holds(one)].filter(Boolean).join(': ')),
    },
    of('contact', 'Contact addresses', (fact) => `${fact.address}, for ${fact.for}`),
  ].filter(({ lines }) => lines.length > 0);
}

const through = { delegated: 'through delegated administration', person: 'a person', app: 'an app' };

const roleLine = ({ role, holder, how, isEligible }: FactOf<'role'>): string =>
  `${role}: ${holder} (${[through[how], isEligible ? 'can activate it' : ''].filter(Boolean).join(', ')})`;

function mfaLines(partner: Partner): string[] {
  const [entry] = factsOf(partner, 'entry');
  const isHere = factsOf(partner, 'person').length > 0;
  const isTrusted = entry?.trustsMfa ?? factsOf(partner, 'default')[0]?.trustsMfa;
  return [
    isProvider(partner) ? 'Technicians: always in their own tenant, which is always trusted.' : '',
    isHere && isTrusted === true ? 'People: done in their own tenant, which is trusted.' : '',
    isHere && isTrusted === false ? 'People: done here, where a policy of yours asks for it.' : '',
    isHere && isTrusted === undefined ? 'People: not known.' : '',
  ].filter(Boolean);
}

function peopleLines(persons: readonly FactOf<'person'>[]): string[] {
  if (persons.length === 0) return [];
  const which = (is: (one: FactOf<'person'>) => boolean) => persons.filter(is).length;
  const guests = which(({ isGuest }) => isGuest);
  const [pending, blocked] = [which(({ isPending }) => isPending), which(({ isEnabled }) => !isEnabled)];
  const last = persons
    .flatMap(({ lastSignIn }) => lastSignIn ?? [])
    .sort()
    .at(-1);
  const isKnown = persons.every(({ lastSignIn }) => lastSignIn !== undefined);
  const counts = [
    guests > 0 ? count(guests, 'guest') : '',
    persons.length > guests ? count(persons.length - guests, 'member') : '',
  ].filter(Boolean);
  const states = [pending > 0 ? `${pending} not accepted yet` : '', blocked > 0 ? `${blocked} blocked` : ''];
  return [
    [listed(counts), ...states].filter(Boolean).join(', '),
    isKnown ? `Last sign-in: ${last === undefined ? 'none' : day(last)}` : 'Last sign-in: not known',
  ];
}

function appLine({ name, isEnabled, mayDo, consents, users, groups }: FactOf<'app'>): string {
  const used = [users > 0 ? count(users, 'person', 'people') : '', groups > 0 ? count(groups, 'group') : ''];
  const parts = [
    isEnabled ? '' : 'disabled',
    listed(used.filter(Boolean)) ? `assigned to ${listed(used.filter(Boolean))}` : 'assigned to nobody',
    mayDo.length > 0 ? `${mayDo.join(', ')} with nobody signed in` : '',
    ...consents,
  ];
  return `${name}: ${parts.filter(Boolean).join('; ')}`;
}

/** Graph's words are people's words, but for these. */
const states: Readonly<Record<string, string>> = { Enabled: '', LockedOut: 'locked', Deleted: 'over' };

function subscriptionLine({ license, seats, status, until }: FactOf<'subscription'>): string {
  const ends = until === null || status === 'Deleted' ? '' : `until ${day(until)} unless renewed`;
  const state = states[status] ?? status.toLowerCase();
  return [`${license}: ${count(seats, 'seat')}`, state, ends].filter(Boolean).join(', ');
}
