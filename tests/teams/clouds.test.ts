import assert from 'node:assert/strict';
import { cloudNames } from '../../bot/clouds.ts';
import { openDoor } from '../support/door.ts';

/** As Microsoft writes them down, so that a slip in the bot's own table is seen. */
const issuers = {
  global: 'https://api.botframework.com',
  gcc: 'https://api.botframework.com',
  'gcc-high': 'https://api.botframework.us',
  dod: 'https://api.botframework.us',
  china: 'https://api.botframework.azure.cn',
} as const;

const graphs = {
  global: 'https://graph.microsoft.com',
  gcc: 'https://graph.microsoft.com',
  'gcc-high': 'https://graph.microsoft.us',
  dod: 'https://dod-graph.microsoft.us',
  china: 'https://microsoftgraph.chinacloudapi.cn',
} as const;

describe('in each of Microsoft’s clouds', () => {
  for (const cloud of cloudNames) {
    it(`the door opens to that cloud’s Bot Connector and to no other: ${cloud}`, async () => {
      await using door = await openDoor({ CLOUD: cloud });
      for (const iss of new Set(Object.values(issuers))) {
        const authorization = `Bearer ${await door.token({ iss })}`;
        const { status } = await door.knock(door.activity({ type: 'typing' }), { authorization });
        assert.equal(status, iss === issuers[cloud] ? 200 : 401, iss);
      }
    });

    it(`tokens are asked for with that cloud’s audiences: ${cloud}`, async () => {
      await using door = await openDoor({ CLOUD: cloud });
      door.world.tenant.exchanges.length = 0;
      const authorization = `Bearer ${await door.token({ iss: issuers[cloud] })}`;
      await door.knock(door.activity(), { authorization });
      const scopes = door.world.tenant.exchanges.flatMap(({ path, requestBody }) =>
        path.includes('/oauth2/v2.0/token') ? [(requestBody as { scope: string }).scope.split(' ')[0]] : [],
      );
      assert.deepEqual([...new Set(scopes)].sort(), [`${issuers[cloud]}/.default`, `${graphs[cloud]}/.default`].sort());
    });
  }
});
