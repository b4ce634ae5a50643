import type { Theme } from '../hostConfig.ts';
import { api, client, type Person, type Place } from './api.ts';
import { BotClock } from './botClock.ts';
import { h } from './dom.ts';
import { peopleSource } from './peoplePicker.ts';
import { presets } from './personChooser.ts';
import { Seat } from './seat.ts';
import { Tabs } from './tabs.ts';

type Layout = 'two' | 'one' | 'narrow';

const address = new URL(location.href);
const layouts: Record<Layout, string> = { two: 'Two seats', one: 'One seat', narrow: 'Narrow' };
const darkDevice = matchMedia('(prefers-color-scheme: dark)');
let theme: Theme = chosenTheme() ?? (darkDevice.matches ? 'dark' : 'light');
let layout: Layout = chosenLayout();
const narrow = matchMedia('(width < 760px)');
let seats: Seat[] = [];
let tabs: Tabs | undefined;
let clock: BotClock | undefined;
let inFront = 0;

peopleSource.search = api.search;
await open();

/** The page may be opened before the tenant has its people. */
async function open(): Promise<void> {
  try {
    await begin();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    document.querySelector('#app')?.replaceChildren(h('p', { class: 'sorry', role: 'alert' }, why));
    setTimeout(open, 2000);
  }
}

async function begin(): Promise<void> {
  const [{ botName, channels, now }, people] = await Promise.all([api.about(), api.everyone()]);
  const wanted = (address.searchParams.get('seats') ?? Object.keys(presets).slice(0, 2).join(',')).split(',');
  const found = await Promise.all([0, 1].map((index) => find(people, wanted[index] ?? wanted[0] ?? '')));
  const sitting = found.map((person, index) => person ?? people[index] ?? people[0]);
  seats = sitting
    .filter((person) => person !== undefined)
    .map((person, index) => {
      const changed = () => {
        const seat = seats[index];
        if (seat) tabs?.rename(index, seat.person);
        remember();
      };
      const news = () => tabs?.mark(index, hasTabs() && index !== inFront);
      return new Seat({ index, botName, channels, people, person, theme: () => theme, changed, news });
    });
  tabs = new Tabs(
    seats.map((seat) => seat.person),
    bringToFront,
  );
  clock = now === undefined ? undefined : new BotClock(now);
  const main = h('main', {}, ...seats.map((seat) => seat.element));
  document.querySelector('#app')?.replaceChildren(header(), tabs.element, main);
  bringToFront(0);
  apply();
  narrow.addEventListener('change', apply);
  listen();
}

async function find(people: Person[], upn: string): Promise<Person | undefined> {
  const matches = (person: Person) => person.userPrincipalName.toLowerCase() === upn.trim().toLowerCase();
  return people.find(matches) ?? (await api.search(upn.trim())).find(matches);
}

function header(): HTMLElement {
  const toggle = h('button', { type: 'button', class: 'bar-button', 'aria-pressed': String(theme === 'dark') }, 'Dark');
  toggle.addEventListener('click', () => {
    theme = theme === 'dark' ? 'light' : 'dark';
    toggle.setAttribute('aria-pressed', String(theme === 'dark'));
    apply();
    for (const seat of seats) seat.redraw();
  });
  const choices = (Object.keys(layouts) as Layout[]).map((each) => {
    const button = h(
      'button',
      { type: 'button', class: 'bar-button', 'aria-pressed': String(layout === each) },
      layouts[each],
    );
    button.addEventListener('click', () => {
      layout = each;
      for (const other of choices) other.setAttribute('aria-pressed', String(other === button));
      apply();
    });
    return button;
  });
  return h(
    'header',
    { class: 'bar' },
    h('img', { src: '/page/icon.svg', alt: '', width: 24, height: 24 }),
    h('h1', {}, 'Signoff'),
    h('span', { class: 'where' }, 'in a local Teams'),
    clock?.element,
    h('div', { class: 'group layouts', role: 'group', 'aria-label': 'Layout' }, ...choices),
    toggle,
  );
}

function apply(): void {
  const { dataset } = document.documentElement;
  dataset.theme = theme;
  dataset.layout = layout;
  document.documentElement.toggleAttribute('data-tabs', hasTabs());
  for (const { element } of seats) {
    if (hasTabs()) element.setAttribute('role', 'tabpanel');
    else element.removeAttribute('role');
  }
  remember();
}

function hasTabs(): boolean {
  return narrow.matches || layout === 'one';
}

function bringToFront(index: number): void {
  inFront = index;
  tabs?.select(index);
  seats.forEach((seat, each) => {
    seat.cover(each !== index);
  });
}

function remember(): void {
  const upns = seats.map((seat) => seat.person.userPrincipalName).join(',');
  const now = new URL(location.href);
  now.search = `?seats=${upns}&theme=${theme}&layout=${layout}`;
  history.replaceState(null, '', now);
}

/** The server tells what changed; after a break, or a restart of the server, everything is read anew. */
function listen(): void {
  const events = new EventSource(`/_local/events?client=${client}`);
  events.addEventListener('ready', () => {
    for (const seat of seats) void seat.begin();
  });
  events.addEventListener('clock', (event) => clock?.set((JSON.parse(event.data) as { now: number }).now));
  events.addEventListener('change', (event) => {
    const { kind, conversation, person } = JSON.parse(event.data) as {
      kind: 'message' | 'typing';
      conversation: Place;
      person?: string;
    };
    for (const seat of seats) seat.heard(kind, conversation, person);
  });
}

function chosenTheme(): Theme | undefined {
  const theme = address.searchParams.get('theme');
  return theme === 'light' || theme === 'dark' ? theme : undefined;
}

function chosenLayout(): Layout {
  const layout = address.searchParams.get('layout');
  return layout === 'one' || layout === 'narrow' ? layout : 'two';
}
