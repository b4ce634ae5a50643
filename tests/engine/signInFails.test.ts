import assert from 'node:assert/strict';
import type { TokenCredential } from '@azure/identity';
import { readConfig } from '../../bot/config.ts';
import { createCredential } from '../../bot/graph/credential.ts';
import { button, press, pressed, stepIs, submitted } from '../support/journey.ts';
import { people, type World } from '../support/signoff.ts';
import { startSimpleWorld } from '../support/simpleJane.ts';

const expired = 'invalid_client: AADSTS700027: The certificate is expired. [Reason - The key used is expired.]';
const unreachable = 'endpoints_resolution_error: See https://aka.ms/msal.js.errors for details';

/** Microsoft's sign-in fails for Signoff itself: everybody is told the same, and what passes is waited for. */
describe('a sign-in of Signoff that fails', () => {
  let trouble: string | null = null;
  let world: World;
  let caseId: number;
  beforeEach(async () => {
    trouble = null;
    world = await startSimpleWorld();
    const { CLIENT_ID, TENANT_ID, LOGIN_URL, AZURE_FEDERATED_TOKEN_FILE } = readConfig(world.environment);
    const real = createCredential({
      loginUrl: LOGIN_URL,
      tenantId: TENANT_ID,
      clientId: CLIENT_ID,
      certificatePath: undefined,
      federatedTokenFile: AZURE_FEDERATED_TOKEN_FILE,
      managedIdentityId: undefined,
      tokenExchange: '',
    });
    const credential: TokenCredential = {
      async getToken(scopes, options) {
        if (trouble !== null && !String(scopes).includes('botframework')) throw new Error(trouble);
        const token = await real.getToken(scopes, options);
        // As if each had run out by the next call.
        return token && { ...token, refreshAfterTimestamp: 0 };
      },
    };
    await world.restart({ credential });
    caseId = await submitted(world);
  });
  afterEach(() => world[Symbol.asyncDispose]());

  it('for good is told to whoever taps, and changes nothing', async () => {
    const approve = await button(world, people.approver, { verb: 'approve', caseId });
    trouble = expired;
    const outcome = await press(world, people.approver, approve);
    assert.match(
      'text' in outcome ? outcome.text : '',
      /^Signoff’s certificate has expired\. Tell your Signoff admin\. \(Reference /,
    );
    trouble = null;
    assert.equal((await press(world, people.approver, approve)).kind, 'card');
  });

  it('for a while is told to whoever taps', async () => {
    const approve = await button(world, people.approver, { verb: 'approve', caseId });
    trouble = unreachable;
    const outcome = await press(world, people.approver, approve);
    assert.match(
      'text' in outcome ? outcome.text : '',
      /^Signoff can’t sign in to Microsoft 365 at the moment, so nothing was changed\. Try again in a minute;/,
    );
  });

  async function confirmed(): Promise<void> {
    await pressed(world, people.approver, { verb: 'approve', caseId });
    world.tenant.setLatency({ ms: 100 });
    await pressed(world, people.approver, { verb: 'confirm', caseId, step: 'block-sign-in' });
  }

  it('for good fails the step that needed it, with the reason, and Retry goes on', async () => {
    await confirmed();
    trouble = expired;
    const failed = await stepIs(world, caseId, 'block-sign-in', 'failed');
    assert.equal(failed.words, 'Signoff’s certificate has expired. Tell your Signoff admin.');
    trouble = null;
    await pressed(world, people.approver, { verb: 'retry', caseId });
    await stepIs(world, caseId, 'block-sign-in', 'proved');
  });

  it('for a while makes the step wait, and the step finishes by itself', async () => {
    await confirmed();
    trouble = unreachable;
    const waiting = await stepIs(world, caseId, 'block-sign-in', 'queued');
    assert.match(waiting.words ?? '', /^Microsoft’s sign-in service does not answer\. .*Next try:/);
    trouble = null;
    await stepIs(world, caseId, 'block-sign-in', 'proved');
  });
});
