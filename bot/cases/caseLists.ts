import { z } from 'zod';
import { days } from '../clock.ts';
import { type Case, listCases } from '../engine/readCase.ts';
import { isAboutThem, subjectOf } from '../engine/runtime.ts';
import { lastEntries } from '../store/journal.ts';
import type { Actor } from './actor.ts';
import { type CaseDesk, nameOf } from './cases.ts';
import { type CaseView, readCaseView } from './caseView.ts';
import { closedPlace, openPlace, type Place, placeNames } from './waiting.ts';

export const listNames = ['now', 'waiting', 'open', 'mine', 'all', 'found'] as const;
export type ListName = (typeof listNames)[number];

export interface ListedCase {
  view: CaseView;
  place: Place;
  /** Since when it is so. */
  at: string;
}

export interface CaseList {
  cases: ListedCase[];
  /** How many there are in each place, on every page. */
  counts: Record<Place['name'], number>;
  total: number;
}

interface Placed {
  row: Case;
  view: CaseView | null;
  place: Place;
}

/** Cases as somebody asks for them: a page of them, and how many there are. Their own case is none of them. */
export async function listFor(
  desk: CaseDesk,
  viewer: Actor,
  { list, search }: { list: ListName; search: string },
  { from, most }: { from: number; most: number },
): Promise<CaseList> {
  const { runtime, roles } = desk;
  const weekAgo = new Date(runtime.clock.now().getTime() - days(7)).toISOString();
  const rows = await listCases(runtime.db, {
    ...(list === 'mine' && { requesterId: viewer.id }),
    ...(list === 'now' && { closedSince: weekAgo }),
    ...((list === 'open' || list === 'waiting') && { closedSince: null }),
  });
  const theirs = rows.filter((row) => !isAboutThem(runtime, row, viewer.id));
  const meant = list === 'found' ? theirs.filter((row) => isAbout(desk, row, search)) : theirs;
  const approvers = meant.some(({ openSubjectId }) => openSubjectId !== null) ? await roles.approvers() : [];
  const placed: Placed[] = [];
  for (const row of meant) {
    const place = closedPlace(row);
    // There are ever more closed ones: they are read whole on the page that shows them.
    if (place !== null) placed.push({ row, view: null, place });
    else {
      const view = await readCaseView(runtime, row);
      placed.push({ row, view, place: openPlace(view, approvers, viewer) });
    }
  }
  const shown = list === 'waiting' ? placed.filter(({ place }) => place.name === 'you') : placed;
  const last = await lastEntries(
    runtime.db,
    shown.flatMap(({ row }) => (row.closedAt === null ? row.id : [])),
  );
  const since = ({ row }: Placed) => row.closedAt ?? last.get(row.id) ?? row.createdAt;
  // By place: what waits longest first, of what is over the newest.
  const ordered = placeNames.flatMap((name) => {
    const there = shown.filter(({ place }) => place.name === name);
    return name === 'done' ? there : there.toSorted((a, b) => since(a).localeCompare(since(b)));
  });
  const page = ordered.slice(from, from + most);
  const cases: ListedCase[] = [];
  for (const one of page)
    cases.push({ view: one.view ?? (await readCaseView(runtime, one.row)), place: one.place, at: since(one) });
  return {
    cases,
    counts: {
      you: countOf(shown, 'you'),
      others: countOf(shown, 'others'),
      running: countOf(shown, 'running'),
      done: countOf(shown, 'done'),
    },
    total: ordered.length,
  };
}

const countOf = (placed: readonly { place: Place }[], name: Place['name']): number =>
  placed.filter(({ place }) => place.name === name).length;

const named = z.object({
  displayName: z.string(),
  userPrincipalName: z.string().nullish(),
  mail: z.string().nullish(),
});

/** Each word, wherever it stands in a name or an address, with or without its accents. */
function isAbout(desk: CaseDesk, row: Case, search: string): boolean {
  const { displayName, userPrincipalName, mail } = named.parse(row.subject);
  const names = folded([displayName, userPrincipalName, mail, row.subjectId, nameOf(desk, row)].join(' '));
  return folded(search)
    .split(' ')
    .every((word) => names.includes(word));
}

/** Cases about whatever is called exactly so, the newest first: for what is no person. */
export async function casesCalled({ runtime }: CaseDesk, name: string): Promise<Case[]> {
  return (await listCases(runtime.db, {})).filter((row) => isCalled(subjectOf(runtime, row), name));
}

/** By the whole name; accents and capitals aside. */
export const isCalled = ({ displayName }: { displayName: string }, name: string): boolean =>
  folded(displayName) === folded(name);

const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
