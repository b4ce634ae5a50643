import assert from 'node:assert/strict';
import { previewStep } from '../../bot/engine/plan.ts';
import { AppError } from '../../bot/errors.ts';
import { GraphFailure } from '../../bot/graph/failure.ts';
import { removeSignInMethods } from '../../bot/steps/removeSignInMethods.ts';
import type { AuthenticationMethod } from '../../infra/local/tenant/seedSchema.ts';
import { previewChange, proveSoon, type StepWorld, startStepWorld, writesIn } from '../support/stepWorld.ts';

describe('remove-sign-in-methods', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => {
    world.tenant.reset();
    world.tenant.exchanges.length = 0;
  });
  after(() => world.tenant.close());

  const methodsOf = (name: string) => world.tenant.person(name).authenticationMethods;
  const deletions = () =>
    writesIn(world.tenant.exchanges).map(({ path, status }) => ({ id: path.split('/').at(-1) ?? '', status }));

  async function remove(name: string): Promise<void> {
    const context = await world.contextOf(name);
    const { before } = await previewChange(removeSignInMethods, context);
    await removeSignInMethods.run(context, before);
    await proveSoon(removeSignInMethods, context, before);
  }

  it('leaves nothing but the password', async () => {
    await remove('jane');
    assert.deepEqual(
      methodsOf('jane').map(({ type }) => type),
      ['passwordAuthenticationMethod'],
    );
  });

  it('calls each method what people call it', async () => {
    const { changes, touches } = await previewChange(removeSignInMethods, await world.contextOf('jane'));
    assert.deepEqual(changes, [
      'Phone number (mobile): removed',
      'Passkey or security key (Blue YubiKey): removed',
      'Microsoft Authenticator (iPhone 15): removed',
    ]);
    assert.equal(touches?.length, 3);
  });

  it('removes the default method last, wherever it is in the list', async () => {
    for (const index of [1, 2, 3]) {
      world.tenant.reset();
      world.tenant.exchanges.length = 0;
      for (const [at, method] of methodsOf('jane').entries()) method.isDefault = at === index;
      const usual = methodsOf('jane')[index]?.id;
      await remove('jane');
      const gone = deletions().filter(({ status }) => status === 204);
      assert.equal(gone.at(-1)?.id, usual);
      assert.equal(gone.length, 3);
    }
  });

  it('removes every kind there is, though the default one and the first phone each wait for others', async () => {
    const { changes } = await previewChange(removeSignInMethods, await world.contextOf('noor'));
    assert.equal(changes.length, methodsOf('noor').length - 1);
    await remove('noor');
    assert.equal(methodsOf('noor').length, 1);
  });

  it('gives up with Graph’s own words when nothing more can be removed', async () => {
    const context = await world.contextOf('jane');
    const { before } = await previewChange(removeSignInMethods, context);
    // Two that each call themselves the default one: neither ever goes.
    for (const method of methodsOf('jane')) method.isDefault = true;
    await assert.rejects(
      removeSignInMethods.run(context, before),
      (error) => error instanceof GraphFailure && error.kind === 'refused' && /default/.test(error.say),
    );
    assert.equal(deletions().length, 3);
  });

  it('does nothing to a method that somebody else removed meanwhile', async () => {
    const context = await world.contextOf('jane');
    const { before } = await previewChange(removeSignInMethods, context);
    world.tenant.setFaults({ staleMs: 60_000 });
    await removeSignInMethods.run(context, before);
    await removeSignInMethods.run(context, before);
    assert.ok(deletions().some(({ status }) => status === 404));
    assert.equal(methodsOf('jane').length, 1);
  });

  it('says that the default one can’t go before what was registered after the plan, which nobody agreed to remove', async () => {
    const context = await world.contextOf('jane');
    const { before } = await previewChange(removeSignInMethods, context);
    methodsOf('jane').push({
      type: 'emailAuthenticationMethod',
      id: '3ddfcfc8-9383-446f-83cc-3ab9be4be18f',
      isDefault: false,
      properties: { emailAddress: 'jane@example.com' },
    });
    await assert.rejects(
      removeSignInMethods.run(context, before),
      (error) =>
        error instanceof AppError &&
        error.say ===
          'Microsoft Authenticator (iPhone 15) can’t go before E-mail address, which nobody agreed to remove. Remove it in the Entra admin center, then retry.',
    );
    const types = methodsOf('jane').map(({ type }) => type);
    assert.ok(types.includes('emailAuthenticationMethod'));
    methodsOf('jane').pop();
    await removeSignInMethods.run(context, before);
    await proveSoon(removeSignInMethods, context, before);
  });

  it('is not needed where there is only a password', async () => {
    const { planned } = await previewStep(removeSignInMethods, await world.contextOf('tomasz'));
    assert.deepEqual(
      [planned.kind, planned.why, planned.leaves],
      [
        'not-needed',
        'There are no sign-in methods besides the password that could be removed. Hardware tokens and QR codes don’t show: look in the Entra admin center.',
        [],
      ],
    );
  });

  it('is not needed for a guest, whose methods live elsewhere', async () => {
    const context = await world.contextOf('gregor.weiss_fabrikam.com#EXT#@contoso.onmicrosoft.com');
    const { planned } = await previewStep(removeSignInMethods, context);
    assert.equal(planned.kind, 'not-needed');
    assert.match(planned.why ?? '', /lives in another organization/);
  });

  it('is done for a synchronized person: the methods live in the cloud', async () => {
    await remove('dariusz');
  });
});

describe('remove-sign-in-methods and a kind that Graph v1.0 can’t remove', () => {
  const unknown = {
    type: 'hologramAuthenticationMethod' as AuthenticationMethod['type'],
    id: '9d0a5d6e-52b1-4f57-9d7c-0d0f6a1c2b3d',
    isDefault: false,
    properties: {},
  };

  it('says that it stays and removes the others', async () => {
    await using world = await startStepWorld({ holdsContract: false });
    const methods = world.tenant.person('jane').authenticationMethods;
    for (const method of methods) method.isDefault = false;
    methods.push(unknown);
    const context = await world.contextOf('jane');
    const { before, changes, leaves } = await previewChange(removeSignInMethods, context);
    assert.equal(changes.length, 3);
    assert.deepEqual(leaves, ['hologram: Microsoft Graph can’t remove it; do it in the Entra admin center.']);
    await removeSignInMethods.run(context, before);
    assert.equal(await proveSoon(removeSignInMethods, context, before), '3 sign-in methods were removed.');
  });

  it('is not needed when it is the only one, and still says that it stays', async () => {
    await using world = await startStepWorld({ holdsContract: false });
    world.tenant.person('tomasz').authenticationMethods.push(unknown);
    const { planned } = await previewStep(removeSignInMethods, await world.contextOf('tomasz'));
    assert.equal(planned.kind, 'not-needed');
    assert.match(planned.leaves.join(), /^hologram: .*Entra admin center\.$/);
  });

  it('says that it holds back the default one, and goes on once a person has removed it', async () => {
    await using world = await startStepWorld({ holdsContract: false });
    const methods = () => world.tenant.person('jane').authenticationMethods;
    methods().push(unknown);
    const context = await world.contextOf('jane');
    const { before } = await previewChange(removeSignInMethods, context);
    await assert.rejects(
      removeSignInMethods.run(context, before),
      (error) =>
        error instanceof AppError &&
        error.say ===
          'Microsoft Authenticator (iPhone 15) can’t go before hologram, which Microsoft Graph can’t remove. Remove it in the Entra admin center, then retry.',
    );
    assert.deepEqual(
      methods().map(({ type }) => type),
      ['passwordAuthenticationMethod', 'microsoftAuthenticatorAuthenticationMethod', unknown.type],
    );
    methods().pop();
    await removeSignInMethods.run(context, before);
    await proveSoon(removeSignInMethods, context, before);
  });
});
