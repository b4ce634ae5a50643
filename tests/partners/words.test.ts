import assert from 'node:assert/strict';
import { largestCardBytes } from '../../bot/cards/card.ts';
import { partner as drawPartner } from '../../bot/cards/partner.ts';
import { partnerList } from '../../bot/cards/partnerList.ts';
import type { Fact } from '../../bot/partners/finding.ts';
import { noNotes } from '../../bot/partners/notes.ts';
import type { Partner } from '../../bot/partners/partner.ts';
import type { Seen } from '../../bot/partners/partnerLooks.ts';
import { hintsOf, holds, kindOf, sectionsOf } from '../../bot/partners/words.ts';
import { partnerNamed, startPartnerWorld } from '../support/partnerWorld.ts';

const now = new Date('2026-11-24T09:00:00Z');
const partner = (...facts: Fact[]): Partner => ({
  key: 'k',
  tenantId: null,
  name: 'P',
  domains: [],
  facts,
  joined: [],
});
const person: Fact = {
  what: 'person',
  id: '1',
  name: 'Ann',
  isGuest: true,
  isEnabled: true,
  isPending: false,
  lastSignIn: null,
};
const app: Fact = {
  what: 'app',
  id: '1',
  name: 'Sync',
  isEnabled: true,
  mayDo: [],
  consents: [],
  users: 0,
  groups: 0,
};
const linesOf = (one: Partner, title: string) => sectionsOf(one).find((section) => section.title === title)?.lines;

describe('what is said of another organization', () => {
  let seen: Seen;
  before(async () => {
    const world = await startPartnerWorld();
    seen = await world.seen();
    await world.tenant.close();
  });

  it('is one line of what it is and what it holds', () => {
    const line = (name: string) => `${kindOf(partnerNamed(seen, name))}: ${holds(partnerNamed(seen, name))}`;
    assert.equal(
      line('Relecloud'),
      'service provider (delegated administration): Exchange Administrator, Global Administrator, Helpdesk Administrator and Groups Administrator · 12 guests · 2 apps · 1 contact address · 1 exclusion · 2 keys',
    );
    assert.equal(line('Wide World Importers'), 'sells licenses: 102 seats');
    assert.equal(
      line('Trey Research'),
      'synchronizes accounts: Reports Reader (eligible) · 7 guests · 3 members · 2 apps · 2 shared channels · 1 connected organization',
    );
    assert.equal(line('Proseware'), 'publishes apps: 1 app');
    assert.equal(line('Adatum'), 'people from outside: 1 guest');
  });

  it('begins with what is more than it should be', () => {
    assert.deepEqual(hintsOf(partnerNamed(seen, 'Relecloud'), now), [
      'Global Administrator and Exchange Administrator through delegated administration: ask for lesser roles. Until when is shown in the Microsoft 365 admin center alone.',
      'Hugo Martel holds Exchange Administrator.',
      'Relecloud Backup may use Directory.Read.All, Mail.Read and Sites.ReadWrite.All with nobody signed in.',
      'Milan Kovac owns the app registration “Backup Connector”.',
      'The app registration “Backup Connector” trusts their tenant’s tokens.',
      '“Require MFA for everybody” leaves out their technicians.',
      '3 accounts of theirs have not signed in for 90 days.',
    ]);
    assert.ok(hintsOf(partnerNamed(seen, 'VanArsdel'), now).includes('Lars Winther holds Helpdesk Administrator.'));
    assert.deepEqual(hintsOf(partnerNamed(seen, 'Wide World Importers'), now), []);
  });

  it('asks nobody for lesser roles than the light ones', () => {
    const light: Fact = {
      what: 'role',
      role: 'Helpdesk Administrator',
      roleTemplateId: '729827e3-9c14-49f7-bb1b-9608f156bbb8',
      holder: 'Desk',
      how: 'delegated',
      isEligible: false,
    };
    assert.deepEqual(hintsOf(partner(light), now), []);
  });

  it('calls nobody unused whose sign-ins can’t be seen, or who never accepted', () => {
    assert.equal(hintsOf(partner(person), now)[0], '1 account of theirs has not signed in for 90 days.');
    assert.deepEqual(hintsOf(partner({ ...person, lastSignIn: undefined }), now), []);
    assert.deepEqual(hintsOf(partner({ ...person, isPending: true }), now), []);
    assert.deepEqual(linesOf(partner({ ...person, lastSignIn: undefined }), 'People'), [
      '1 guest',
      'Last sign-in: not known',
    ]);
  });

  it('says where multifactor authentication is done, and “not known” where it is not', () => {
    const mfa = (...facts: Fact[]) => linesOf(partner(person, ...facts), 'Multifactor authentication');
    assert.deepEqual(mfa(), ['People: not known.']);
    assert.deepEqual(mfa({ what: 'default', trustsMfa: true }), [
      'People: done in their own tenant, which is trusted.',
    ]);
    const entry: Fact = {
      what: 'entry',
      isProvider: true,
      isOwnOrganization: false,
      trustsMfa: false,
      isBlocked: false,
    };
    assert.deepEqual(mfa({ what: 'default', trustsMfa: true }, entry), [
      'Technicians: always in their own tenant, which is always trusted.',
      'People: done here, where a policy of yours asks for it.',
    ]);
  });

  it('tells of each app who uses it, and what it may do', () => {
    assert.deepEqual(linesOf(partner(app), 'Apps'), ['Sync: assigned to nobody']);
    const used: Fact = {
      ...app,
      isEnabled: false,
      mayDo: ['Mail.Read'],
      consents: ['User.Read for everybody'],
      users: 1,
      groups: 2,
    };
    assert.deepEqual(linesOf(partner(used), 'Apps'), [
      'Sync: disabled; assigned to 1 person and 2 groups; Mail.Read with nobody signed in; User.Read for everybody',
    ]);
    assert.deepEqual(hintsOf(partner(used), now), ['Sync is disabled, and what was consented to is still there.']);
  });

  it('tells of licenses how many, and until when', () => {
    assert.deepEqual(linesOf(partnerNamed(seen, 'Wide World Importers'), 'Licenses'), [
      'Microsoft 365 E5: 60 seats, until Feb 1, 2027 unless renewed',
      'Microsoft 365 E3: 10 seats, until Dec 31, 2026 unless renewed',
      'Power BI Pro: 20 seats, until Feb 1, 2027 unless renewed',
      'Visio Plan 2: 12 seats, suspended, until Dec 15, 2026 unless renewed',
    ]);
    assert.deepEqual(linesOf(partnerNamed(seen, 'VanArsdel'), 'Licenses'), [
      'Microsoft 365 Business Premium: 5 seats, over',
    ]);
  });
});

describe('the card of another organization', () => {
  it('stays below 20 KB, whatever it holds and however long the names are', () => {
    const long = (n: number) => `${'W*'.repeat(120)} ${n}`;
    const many = <T>(make: (n: number) => T) => Array.from({ length: 60 }, (_none, n) => make(n));
    const everything = partner(
      ...many((n): Fact => ({ ...app, name: long(n), mayDo: [long(n)], consents: [long(n)] })),
      ...many((n): Fact => ({ what: 'channel', name: long(n), team: long(n), people: n })),
      ...many((n): Fact => ({ what: 'exclusion', policy: long(n), isOn: true, who: long(n) })),
      ...many((n): Fact => ({ what: 'key', says: long(n) })),
      ...many((n): Fact => ({ what: 'contact', for: 'security notifications', address: long(n) })),
      ...many((n): Fact => ({ what: 'package', name: long(n), person: long(n) })),
      ...many((n): Fact => ({ what: 'connected', name: long(n), policies: [long(n)] })),
      ...many(
        (n): Fact => ({
          what: 'role',
          role: long(n),
          roleTemplateId: 'r',
          holder: long(n),
          how: 'person',
          isEligible: false,
        }),
      ),
    );
    const seen = {
      at: now,
      notes: noNotes,
      own: { id: 'own', verifiedDomains: [] },
      partners: many((n) => ({ ...everything, name: long(n), key: long(n) })),
      leftOut: { privatePeople: 1, ownOrganizations: [] },
      reading: [],
      unseen: [],
    };
    for (const { content } of [
      partnerList(seen, 6, now),
      drawPartner(seen, { ...everything, name: long(1) }, { back: 0, now, canRemove: true, canDecide: true }),
    ]) {
      const bytes = Buffer.byteLength(JSON.stringify(content));
      assert.ok(bytes <= largestCardBytes, `${bytes} bytes`);
    }
  });
});
