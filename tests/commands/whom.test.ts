import assert from 'node:assert/strict';
import { readWhom } from '../../bot/commands/whom.ts';
import { AppError } from '../../bot/errors.ts';

const jane = '8bdee202-221a-4741-a557-776a37807fc7';
const read = (text: string, mentioned: string[] = []) => readWhom({ text, mentioned });

describe('whom a sentence names', () => {
  const several: [string, string[]][] = [
    ['jane@contoso.com and alex.kim@contoso.com', ['jane@contoso.com', 'alex.kim@contoso.com']],
    [
      'jane@contoso.com, luca@contoso.com & noor@contoso.com',
      ['jane@contoso.com', 'luca@contoso.com', 'noor@contoso.com'],
    ],
    ['jane@contoso.com luca@contoso.com', ['jane@contoso.com', 'luca@contoso.com']],
    ['Jane Miller <jane@contoso.com>; "Moretti, Luca" <luca@contoso.com>', ['jane@contoso.com', 'luca@contoso.com']],
    ['Jane Miller and Luca Moretti', ['Jane Miller', 'Luca Moretti']],
    ['jane@contoso.com, jane@contoso.com', ['jane@contoso.com']],
    ['Miller, Jane <jane@contoso.com>', ['jane@contoso.com']],
    ['Andy Sandoval', ['Andy Sandoval']],
  ];
  for (const [text, people] of several)
    it(`is ${people.length === 1 ? 'one' : 'each of them'}: ${text}`, () =>
      assert.deepEqual(read(text).people, people));

  it('is whoever is mentioned, and whoever is named beside them', () => {
    assert.deepEqual(read('', [jane]).people, [jane]);
    assert.deepEqual(read('because she left', [jane]).people, [jane]);
    assert.deepEqual(read('and Alex Kim', [jane]).people, [jane, 'Alex Kim']);
    assert.deepEqual(read('and', [jane, 'b']).people, [jane, 'b']);
    assert.deepEqual(read('luca@contoso.com', [jane]).people, [jane, 'luca@contoso.com']);
  });

  it('may be one name with a comma in it', () => {
    assert.equal(read('Miller, Jane').whole, 'Miller, Jane');
    assert.equal(read('jane@contoso.com, luca@contoso.com').whole, null);
  });

  const dates: [string, string, string | undefined][] = [
    ['jane@contoso.com tomorrow at 5pm', 'tomorrow at 5pm', 'jane@contoso.com'],
    ['Jane Miller on friday 17:00', 'on friday 17:00', 'Jane Miller'],
    ['jane@contoso.com 2026-12-01', '2026-12-01', 'jane@contoso.com'],
    ['Jane Miller in 2 hours urgent', 'in 2 hours', 'Jane Miller'],
    ['Jane Miller urgent next week', 'next week', 'Jane Miller'],
    ['jane@contoso.com on Dec 1, 2026 at noon', 'on Dec 1, 2026 at noon', 'jane@contoso.com'],
    ['jane@contoso.com by the end of the month', 'by the end of the month', 'jane@contoso.com'],
    ['jane@contoso.com on 1.12.2026', 'on 1.12.2026', 'jane@contoso.com'],
    ['jane@contoso.com on 1 December', 'on 1 December', 'jane@contoso.com'],
    ['Joe Friday', 'Friday', 'Joe'],
    ['tonight', 'tonight', undefined],
  ];
  for (const [text, when, person] of dates)
    it(`knows a date at the end: ${text}`, () => {
      const found = read(text);
      assert.deepEqual([found.when, found.people[0]], [when, person]);
    });

  for (const name of ['April May', 'June Day', 'Jane Miller', 'Sean O’Brien', 'Temp 12', 'Ann Ina Hour'])
    it(`takes no name for a date: ${name}`, () =>
      assert.deepEqual([read(name).when, read(name).people], [null, [name]]));

  it('hears “again” and “urgent”, in any order', () => {
    for (const text of [
      'again Jane Miller',
      'Jane Miller again',
      'Jane Miller urgent again',
      'Jane Miller again urgent!',
    ])
      assert.deepEqual(
        [read(text).people, read(text).again, read(text).urgent],
        [['Jane Miller'], true, /urgent/.test(text)],
      );
  });

  it('is read in no time, however it is made', () => {
    const began = performance.now();
    for (const part of ['tomorrow ', 'on on ', '1.1.', 'a@b ', '<a@b> ', 'and ', 'urgent again ', '"x" <'])
      for (const end of ['', 'x', '"']) {
        try {
          read(part.repeat(Math.floor(1900 / part.length)) + end);
        } catch (error) {
          assert.ok(error instanceof AppError);
        }
      }
    assert.ok(performance.now() - began < 1000);
  });
});
