import assert from 'node:assert/strict';
import { checkByHand, previewStep } from '../bot/engine/plan.ts';
import { placedSteps } from '../bot/engine/playbook.ts';
import { GraphFailure } from '../bot/graph/failure.ts';
import type { Options } from '../bot/people/choices.ts';
import type { Subject } from '../bot/people/person.ts';
import type { PersonStep, WriteContext } from '../bot/people/step.ts';
import { offboardPerson } from '../bot/playbooks/offboardPerson.ts';
import { doneByPeople, givenFor } from './support/givenSteps.ts';
import { requireClear, requireEachCloud } from './support/hands.ts';
import { everythingAsked, previewChange, proveSoon, type StepWorld, startStepWorld } from './support/stepWorld.ts';

const steps = placedSteps(offboardPerson).map(({ step }) => step);
/** Parameters without a value of their own: PowerShell gives them one by a colon alone. */
const switches = ['Confirm', 'CancelOrganizedMeetings', 'BypassSecurityGroupManagerCheck', 'All', 'Force'];

/** What is left of a line once every quoted text is taken out, each quote in one doubled. */
function unquoted(line: string): string {
  return line.replace(/'(?:[^'‘’‚‛]|(['‘’‚‛])\1)*'/g, 'QUOTED').replace(/"[^"`]*"/g, 'QUOTED');
}

describe('what a person does by hand', () => {
  let world: StepWorld;
  before(async () => {
    world = await startStepWorld();
  });
  beforeEach(() => world.tenant.reset());
  after(() => world.tenant.close());

  const subjects = ['jane', "sean.o'brien", 'dariusz', 'gregor.weiss_fabrikam.com#EXT#@contoso.onmicrosoft.com', 'zoe'];
  /** Every kind of person and choice that a by-hand step may be told about. */
  async function everyHand(step: PersonStep): Promise<{ subject: Subject; options: Options; who: string }[]> {
    const all = [];
    for (const name of subjects) {
      const { subject, options } = await world.contextOf(name, givenFor(step.id).options);
      const chosen: Options[] = [
        options,
        { ...options, successor: world.picked("sean.o'brien"), devices: 'retire', autoReply: 'It’s\nover: "x" & <y>' },
        { ...everythingAsked, successor: null, autoReply: '' },
      ];
      for (const one of chosen) all.push({ subject, options: one, who: name });
    }
    return all;
  }

  for (const step of steps) {
    it(`says who, where and how: ${step.id}`, async () => {
      for (const { subject, options } of await everyHand(step)) {
        requireClear(step.byHand(subject, options));
      }
    });

    it(`leads to where it is done in each cloud: ${step.id}`, async () => {
      for (const { subject, options } of await everyHand(step)) {
        requireEachCloud(step.byHand(subject, options));
      }
    });

    it(`gives a line that PowerShell understands, or none: ${step.id}`, async () => {
      for (const { subject, options, who } of await everyHand(step)) {
        const { command } = step.byHand(subject, options);
        if (command === null) continue;
        assert.doesNotMatch(command, /undefined|\bNaN\b|\[object|[\p{Cc}\p{Cf}]/u, who);
        const bare = unquoted(command);
        assert.doesNotMatch(bare, /['"‘’‚‛]/, `a quote is left open: ${command}`);
        assert.match(bare, /^[A-Z][a-z]+-[A-Z]\w+ /);
        for (const [, name = ''] of bare.matchAll(/-(\w+) \$(?:true|false)\b/g))
          assert.fail(`-${name} takes its value by a colon: ${command}`);
        for (const name of switches)
          assert.doesNotMatch(bare, new RegExp(`-${name} [^-|;}]`), `${name} is a switch: ${command}`);
        const pairs: Record<string, string> = { '(': ')', '{': '}' };
        for (const [open, close] of Object.entries(pairs))
          assert.equal(bare.split(open).length, bare.split(close).length, command);
      }
    });
  }

  it('names the person in a line for PowerShell by what no apostrophe can end', async () => {
    const { subject, options } = await world.contextOf("sean.o'brien", { endState: 'shared' });
    // Done on premises or not at all, and tried there below.
    const here = steps.filter(({ id }) => !doneByPeople.has(id));
    const lines = here.flatMap((step) => step.byHand(subject, options).command ?? []);
    assert.ok(lines.length >= 8);
    for (const line of lines) {
      assert.ok(line.includes("'sean.o''brien@contoso.com'") || line.includes(`'${subject.id}'`), line);
      assert.doesNotMatch(line, /[^']'brien/);
    }
  });

  it('finds somebody in the on-premises directory by their whole name, whatever it means in a filter or to PowerShell', async () => {
    const { subject, options } = await world.contextOf('dariusz');
    const odd = { ...subject, userPrincipalName: 'd’a*(r)\\"$(x)@contoso.com' };
    const lines = steps.flatMap((step) => step.byHand(odd, options).command ?? []);
    const found = lines.filter((line) => line.startsWith('Get-ADUser'));
    assert.equal(found.length, 3);
    for (const line of found)
      assert.match(
        line,
        /^Get-ADUser -LDAPFilter '\(userPrincipalName=d’’a\\2a\\28r\\29\\5c"\$\\28x\\29@contoso\.com\)' \| [\w]+-AD/,
      );
  });

  describe('is believed when it can be seen', () => {
    const hourAgo = () => new Date(Date.now() - 3_600_000);
    /** The tenant as this step's own run would leave it, by somebody else's hand. */
    async function doneBySomebodyElse(step: PersonStep, context: WriteContext): Promise<void> {
      const { before } = await previewChange(step, context);
      await step.run(context, before);
      await proveSoon(step, context, before);
    }
    async function contextFor(step: PersonStep): Promise<WriteContext> {
      const given = givenFor(step.id);
      given.change?.(world.tenant.data);
      return world.contextOf(given.person, { successor: world.picked(given.successor), ...given.options });
    }
    const seen = steps.filter(({ id }) => id !== 'export-content' && !doneByPeople.has(id));

    for (const step of seen) {
      it(`and not before: ${step.id}`, async () => {
        const context = await contextFor(step);
        const early = await checkByHand(step, context, hourAgo());
        assert.ok(early !== null && 'notYet' in early, JSON.stringify(early));
        assert.match(early.notYet, /^\p{Lu}[^\n]*\.$/u);
        await doneBySomebodyElse(step, context);
        const late = await checkByHand(step, context, hourAgo());
        assert.ok(late !== null && 'proved' in late, JSON.stringify(late));
        assert.match(late.proved, /^\p{Lu}[^\n]*\.$/u);
      });
    }

    for (const step of steps.filter(
      ({ exchange, verifyByHand }) => exchange !== undefined && verifyByHand === undefined,
    )) {
      it(`and taken at a person’s word where Exchange can’t be asked: ${step.id}`, async () => {
        const context = await contextFor(step);
        const access = { ...context.access, exchange: new Set<never>() };
        world.tenant.exchanges.length = 0;
        assert.equal(await checkByHand(step, { ...context, access }, hourAgo()), null);
        assert.ok(!world.tenant.exchanges.some(({ path }) => path.startsWith('/adminapi/')));
      });
    }

    it('and an export is taken at a person’s word: their case may have any name', async () => {
      const step = steps.find(({ id }) => id === 'export-content');
      assert.ok(step);
      const context = await contextFor(step);
      await doneBySomebodyElse(step, context);
      assert.equal(await checkByHand(step, context, hourAgo()), null);
    });

    it('and taken at a person’s word where the app may not look', async () => {
      // Where a mailbox or its mail is given to somebody, it looks in Exchange alone.
      const inExchange = ['delegate-mailbox', 'forward-mail'];
      for (const step of steps.filter(({ id, permissions }) => permissions.length > 0 && !inExchange.includes(id))) {
        world.tenant.reset();
        const context = await contextFor(step);
        world.tenant.data.app.permissions = ['Exchange.ManageAsApp'];
        assert.equal(await checkByHand(step, context, hourAgo()), null, step.id);
      }
    });

    it('and not by what happened before: an old reset or revocation proves nothing', async () => {
      for (const id of ['reset-password', 'revoke-sessions']) {
        const step = steps.find((one) => one.id === id);
        assert.ok(step);
        const context = await contextFor(step);
        const { before } = await previewChange(step, context);
        await step.run(context, before);
        const later = await checkByHand(step, context, new Date(Date.now() + 2000));
        assert.ok(later !== null && 'notYet' in later);
        const same = await checkByHand(step, context, new Date());
        assert.ok(same !== null, 'in the same second it may have been either, and is taken for done');
      }
    });

    it('and nobody’s word is taken while Microsoft 365 does not answer, or refuses for another reason', async () => {
      const step = steps.find(({ id }) => id === 'reset-password');
      assert.ok(step);
      const context = await world.contextOf('dariusz');
      for (const [kinds, kind] of [
        [['throttle'], 'throttled'],
        [['refuse'], 'refused'],
      ] as const) {
        world.tenant.setFaults({ kinds: [...kinds], retryAfterSeconds: 60, match: 'GET /users/' });
        await assert.rejects(
          checkByHand(step, context, hourAgo()),
          (error) => error instanceof GraphFailure && error.kind === kind,
        );
      }
      world.tenant.clearFaults();
    });

    it('and a synchronized person’s password is seen here once the sync has run', async () => {
      const step = steps.find(({ id }) => id === 'reset-password');
      assert.ok(step);
      const context = await world.contextOf('dariusz');
      assert.equal((await previewStep(step, context)).planned.kind, 'by-hand');
      const early = await checkByHand(step, context, hourAgo());
      assert.ok(early !== null && 'notYet' in early);
      world.tenant.person('dariusz').lastPasswordChangeDateTime = new Date().toISOString();
      const late = await checkByHand(step, context, hourAgo());
      assert.ok(late !== null && 'proved' in late);
    });
  });
});
