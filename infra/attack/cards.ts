import { randomUUID } from 'node:crypto';
import { type Button, buttonOf, changed, outcomeOf, recordOf, tap, tapOf } from './buttons.ts';
import { type Random, shuffled } from './random.ts';
import type { Report } from './report.ts';
import type { Json, Person, World } from './world.ts';

interface Forgery {
  title: string;
  person: Person;
  button: Button;
}

const stepsOf = (button: Button) => (button.action.data.steps ?? []) as string[];

/** Cards of people who may decide, with something in them that was not on them, or at another time. */
export async function attackCards(world: World, name: string, random: Random, report: Report): Promise<void> {
  await world.teams.say('hana@contoso.com', 'offboard luca@contoso.com');
  const draft = await buttonOf(world, 'requester', 'submit', ({ case: id }) => `OFF-${id}` !== name);
  const other = Number(draft.action.data.case);
  const confirm = await buttonOf(world, 'approver', 'confirm', ({ case: id }) => `OFF-${id}` === name);
  const single = await buttonOf(world, 'approver', 'confirm', (data) => (data.steps as string[]).length === 1);
  const own = await world.ask('approver', 'help');
  const { version, stage } = confirm.action.data as { version: number; stage: number };

  const forged = (title: string, data: Json, verb?: string, from: Button = confirm): Forgery => ({
    title,
    person: 'approver',
    button: changed(from, data, verb),
  });
  const moved = (title: string, message: Partial<Button['message']>, person: Person = 'approver'): Forgery => ({
    title,
    person,
    button: { ...confirm, message: { ...confirm.message, ...message } },
  });
  await expectRefused(
    world,
    [name, `OFF-${other}`],
    report,
    shuffled(
      [
        forged('another case', { case: other }),
        forged('a case that is not there', { case: 999_999 }),
        forged('a case in words', { case: 'one' }),
        forged('no case', { case: undefined }),
        ...[version - 1, version + 1, 0, -1, 1e9].map((wrong) => forged(`version ${wrong}`, { version: wrong })),
        ...[stage + 1, stage + 2, 99, -1].map((wrong) => forged(`stage ${wrong}`, { stage: wrong })),
        forged('steps of another stage', { steps: ['delete-account', 'remove-licenses'] }),
        forged('a step that is none', { steps: ['__proto__'] }),
        forged('no steps', { steps: [] }),
        forged('a thousand steps', { steps: Array.from({ length: 1000 }, () => stepsOf(single)[0]) }),
        forged('what was approved, approved again', { version }, 'approve'),
        forged('a rejection of what runs', { version, reason: 'attack' }, 'reject'),
        forged('a verb that is none', {}, 'constructor'),
        forged('somebody else for an actor', { actor: world.user('second').id, case: other }),
        { title: 'a draft of somebody else', person: 'approver', button: draft },
        moved('a copy on a message of their own', { id: own.id, conversationId: own.conversationId }),
        moved('a copy on a message that is not there', { id: randomUUID() }),
        moved('the card of somebody else', { conversationId: own.conversationId.slice(0, -2) }),
        moved(
          'the card of somebody else, from their own chat',
          { conversationId: draft.message.conversationId },
          'second',
        ),
      ],
      random,
    ),
  );

  await replay(world, name, single, report);
  report.close('Forged and replayed cards');
}

async function expectRefused(world: World, names: string[], report: Report, forgeries: Forgery[]): Promise<void> {
  const records = () => Promise.all(names.map((one) => recordOf(world, one)));
  const seen = await records();
  for (const { title, person, button } of forgeries) {
    report.tried();
    const { refused, says } = await tap(world, person, button);
    if (!refused) report.found(title, `it was done: ${says}`);
  }
  const now = await records();
  names.forEach((one, index) => {
    if (seen[index] !== now[index]) report.found('forged cards', `the record of ${one} has changed`);
  });
}

/** A genuine tap, and then again what was delivered, and the old card once more. */
async function replay(world: World, name: string, single: Button, report: Report): Promise<void> {
  const activity = tapOf(world, 'approver', single);
  const first = outcomeOf(await world.deliver(activity));
  if (first.refused) report.found('a genuine tap', `it was refused: ${first.says}`);
  const step = stepsOf(single)[0] ?? '';
  await settled(world, name, step);
  const seen = await recordOf(world, name);
  const again = await Promise.all(Array.from({ length: 20 }, () => world.deliver(activity)));
  for (const answer of again) {
    report.tried();
    const { says } = outcomeOf(answer);
    if (!says.includes('nothing was done twice')) report.found('a repeated tap', `it was answered: ${says}`);
  }
  report.tried();
  const old = await tap(world, 'approver', single);
  if (!old.refused) report.found('an old card', `it was done: ${old.says}`);
  if ((await recordOf(world, name)) !== seen) report.found('replayed cards', `the record of ${name} has changed`);

  report.tried();
  const said = world.activity({ text: 'cases', id: randomUUID() });
  const sent = () => world.teams.requests().findLast(({ from }) => from === 'bot');
  await world.deliver(said);
  const before = sent();
  await Promise.all(Array.from({ length: 20 }, () => world.deliver(said)));
  if (sent() !== before) report.found('a repeated sentence', 'it was answered again');
}

/** Waits until nobody works on the step any more. */
async function settled(world: World, name: string, step: string): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    const before = await recordOf(world, name);
    await new Promise((done) => setTimeout(done, 500));
    if (before === (await recordOf(world, name))) return;
  }
  throw new Error(`${name} does not come to rest after ${step}`);
}
