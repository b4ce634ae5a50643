import assert from 'node:assert/strict';
import { exchangePart, licenseNeed, licensesThatMeet } from '../../bot/graph/exchangePlans.ts';

const GB = 1024 ** 3;
const mailbox = { onHold: false, hasArchive: false };

describe('plans of Exchange Online', () => {
  for (const [plan, part] of [
    ['EXCHANGE_S_ENTERPRISE', 'plan2'],
    ['EXCHANGE_S_ENTERPRISE_GOV', 'plan2'],
    ['EXCHANGE_S_STANDARD', 'extensible'],
    ['EXCHANGE_S_STANDARD_GOV', 'extensible'],
    ['EXCHANGE_S_STANDARD_MIDMARKET', 'extensible'],
    ['EXCHANGE_S_DESKLESS', 'extensible'],
    ['EXCHANGE_S_DESKLESS_GOV', 'extensible'],
    ['EXCHANGE_S_ARCHIVE_ADDON', 'archiving'],
    ['EXCHANGE_S_ESSENTIALS', 'small'],
    ['EXCHANGE_L_STANDARD', 'small'],
    ['EXCHANGE_S_ARCHIVE', null],
    ['EXCHANGE_S_FOUNDATION', null],
    ['EXCHANGE_S_FOUNDATION_GOV', null],
    ['SHAREPOINTSTANDARD', null],
  ] as const)
    it(`are told apart: ${plan} is ${part ?? 'none that counts for a mailbox'}`, () => {
      assert.equal(exchangePart(plan), part);
    });
});

describe('a shared mailbox', () => {
  it('needs no license up to 50 GB, without archive and hold', () => {
    assert.equal(licenseNeed(mailbox, 50 * GB), null);
  });

  it('needs Plan 2 for its size, whatever else it has: the add-on makes only the archive larger', () => {
    const all = { onHold: true, hasArchive: true };
    assert.deepEqual(licenseNeed(all, 50.1 * GB), { needs: 'plan2', why: 'It holds 50.1 GB, more than 50 GB' });
  });

  it('needs a license for its archive or its hold', () => {
    assert.equal(licenseNeed({ ...mailbox, hasArchive: true }, 1)?.needs, 'archiving');
    assert.equal(licenseNeed({ ...mailbox, onHold: true }, 1)?.needs, 'archiving');
  });
});

describe('what a mailbox needs', () => {
  type Parts = Parameters<typeof licensesThatMeet>[1][number]['exchange'];
  const license = (name: string, parts: readonly string[], groupId: string | null = null) => ({
    name,
    groupId,
    exchange: new Set(parts) as Parts,
  });
  const e5 = license('E5', ['plan2']);
  const e5ByGroup = license('E5 by group', ['plan2'], 'g');
  const premium = license('Business Premium', ['extensible', 'archiving']);
  const plan1 = license('Plan 1', ['extensible']);
  const addOn = license('Archiving', ['archiving']);
  const addOnByGroup = license('Archiving by group', ['archiving'], 'g');
  const other = license('Visio', []);
  const names = (...[needs, held]: Parameters<typeof licensesThatMeet<typeof e5>>) =>
    licensesThatMeet(needs, held)?.map(({ name }) => name) ?? null;

  it('is met by one license rather than two, and by a direct one rather than a group’s', () => {
    assert.deepEqual(names('plan2', [other, e5ByGroup, e5]), ['E5']);
    assert.deepEqual(names('archiving', [plan1, addOn, e5ByGroup]), ['E5 by group']);
    assert.deepEqual(names('archiving', [e5ByGroup, premium]), ['Business Premium']);
    assert.deepEqual(names('archiving', [plan1, addOnByGroup, addOn]), ['Plan 1', 'Archiving']);
  });

  it('is met by Plan 1 with archiving where it is an archive or a hold, and not where it is the size', () => {
    assert.deepEqual(names('archiving', [premium, other]), ['Business Premium']);
    assert.deepEqual(names('archiving', [other, addOn, plan1]), ['Plan 1', 'Archiving']);
    assert.equal(names('plan2', [premium, plan1, addOn]), null);
  });

  it('is not met by half of it, or by nothing', () => {
    for (const held of [[plan1], [addOn], [other], [license('Essentials', ['small'])], []])
      assert.equal(names('archiving', held), null);
  });
});
