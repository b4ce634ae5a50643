import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { generated } from '../infra/generate.ts';
import { people, startWorld } from './support/signoff.ts';

describe('What is generated', () => {
  for (const { file, content } of generated()) {
    const name = file.split('/').slice(-2).join('/');
    it(`${name} is current (npm run generate)`, () => assert.equal(readFileSync(file, 'utf8'), content));
  }

  it('with just the permissions of the list no step of a plan lacks anything', async () => {
    const { needed, exchangeOnline } = JSON.parse(
      readFileSync(new URL('../infra/azure/graphPermissions.json', import.meta.url), 'utf8'),
    );
    await using world = await startWorld({
      change(data) {
        data.app.permissions = [...needed, ...exchangeOnline];
      },
    });
    await world.ask(people.helpdesk, 'offboard jane@contoso.com');
    const plan = await world.card(people.helpdesk, 'Ask for approval');
    assert.doesNotMatch(JSON.stringify(plan.card), /lacks/);
  });
});
