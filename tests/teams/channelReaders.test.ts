import assert from 'node:assert/strict';
import { clouds } from '../../bot/clouds.ts';
import { type Db, openDatabase } from '../../bot/store/database.ts';
import { rememberConversation } from '../../bot/store/posts.ts';
import { channelReaders } from '../../bot/teams/channelReaders.ts';
import { Connector } from '../../bot/teams/connector.ts';
import { openOutbox } from '../../bot/teams/outbox.ts';
import { documentedLimits, paceBy } from '../../bot/teams/pacing.ts';
import { startTeams, type Teams } from '../../infra/local/teams/server.ts';
import { jumpingClock } from '../support/clock.ts';

const ids = { clientId: '11111111-1111-4111-8111-111111111111', tenantId: '22222222-2222-4222-8222-222222222222' };
const idOf = (n: number) => `33333333-3333-4333-8333-${String(n).padStart(12, '0')}`;
const hundreds = Array.from({ length: 1203 }, (_none, n) => ({
  id: idOf(n),
  displayName: `Person ${n}`,
  userPrincipalName: `person${n}@contoso.com`,
}));
const guest = { ...hundreds[1202]!, userPrincipalName: 'person1202@contoso.com', userType: 'Guest' };

describe('the readers of a channel', () => {
  let db: Db;
  let teams: Teams;
  const open = async (people: typeof hundreds, roles: readonly string[] = []) => {
    db = await openDatabase('file::memory:');
    const team = people.map(({ userPrincipalName }) => userPrincipalName);
    teams = await startTeams({ botUrl: 'http://127.0.0.1:9/', ...ids, people, team, openDoor: true });
    const { botConnector, login } = clouds.global;
    const clock = jumpingClock();
    const door = { ...ids, botConnector, serviceUrls: [teams.serviceUrl], open: true, pace: paceBy(documentedLimits) };
    const reach = { openIdUrl: teams.openIdUrl, loginUrl: login, answerMs: 5000, token: async () => '' };
    const outbox = openOutbox({ connector: new Connector({ ...door, ...reach }), db, clock, ...door });
    const conversation = { id: teams.channelId, isGroup: true, conversationType: 'channel', name: '' };
    const reference = {
      conversation,
      serviceUrl: teams.serviceUrl,
      channelId: 'msteams',
      bot: { id: 'bot', name: '' },
    };
    await rememberConversation(db, 'channel:there', reference, clock.now());
    const held = { of: async () => new Set(roles as 'approver'[]) };
    return channelReaders(outbox, held, { clock, tenantId: ids.tenantId });
  };
  afterEach(async () => {
    await db.destroy();
    await teams.close();
  });

  it('are all of the team’s members, on however many pages', async () => {
    const known = await open(hundreds);
    const readers = await known.of('channel:there');
    assert.equal(readers?.others, false);
    assert.deepEqual(
      readers?.members.map(({ id }) => id).toSorted(),
      hundreds.map(({ id }) => id),
    );
    assert.ok(readers?.members.every(({ teamsId }) => teamsId.startsWith('29:')));
    const asked = teams.requests().length;
    await known.of('channel:there');
    assert.equal(teams.requests().length, asked, 'they are remembered for a while');
  });

  for (const [what, roles, others] of [
    ['who may see no cases', [], true],
    ['with a role', ['approver'], false],
  ] as const)
    it(`may have a guest among them ${what}, on the last page`, async () => {
      const known = await open([...hundreds.slice(0, 1202), guest], roles);
      assert.equal((await known.of('channel:there'))?.others, others);
    });

  it('are not known where Teams lets Signoff not in, and asked for again where it does not answer', async () => {
    const known = await open(hundreds.slice(0, 3));
    assert.equal(await known.of('channel:elsewhere'), null);
    teams.faults({ kind: '502', count: 10 });
    await assert.rejects(known.of('channel:there'));
    teams.clearFaults();
    assert.equal((await known.of('channel:there'))?.members.length, 3);
    await teams.setTeamApp('person1@contoso.com', false);
    assert.equal((await known.of('channel:there'))?.members.length, 3, 'for a while, as before');
    assert.equal(await known.of('channel:there', 'fresh'), null);
    await teams.setTeamApp('person1@contoso.com', true);
    assert.equal(await known.of('channel:there'), null, 'for a while');
    known.forget();
    assert.equal((await known.of('channel:there'))?.members.length, 3);
  });
});
