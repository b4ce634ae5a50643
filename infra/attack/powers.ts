import { type Button, buttonOf, changed, press, recordOf, tap } from './buttons.ts';
import { type Random, shuffled } from './random.ts';
import type { Report } from './report.ts';
import { type Person, people, type World } from './world.ts';

/** What each of them must not be able to do, though most are in the approvers' group. */
const everything = ['approve', 'reject', 'confirm', 'skip', 'retry', 'done', 'cancel'];
const decisions = ['approve', 'reject', 'confirm', 'skip'];
const mayNot: Partial<Record<Person, readonly string[]>> = {
  requester: decisions,
  successor: decisions,
  subject: everything,
  outsider: everything,
  blocked: everything,
  guest: everything,
  former: everything,
};

/** A refusal for who somebody is; any other would only mean that the time is wrong. */
const forWho = /^(Only |You |This card is not one|This button is not one)/;

/** Opens a case, and lets everybody who may not decide on it try. @returns it, approved, with its first stage waiting */
export async function attackPowers(world: World, random: Random, report: Report): Promise<string> {
  const approvers = world.tenant.data.groups.find(({ displayName }) => displayName === 'Signoff Approvers');
  if (approvers === undefined) throw new Error('The tenant has no approvers');
  for (const person of ['approver', 'second', 'admin', 'former', 'successor'] as const)
    await world.teams.open(people[person]);
  await world.teams.say(people.requester, `offboard ${people.subject}`);
  const submit = await buttonOf(world, 'requester', 'submit');
  const name = `OFF-${submit.action.data.case}`;
  const options = { successor: world.user('successor').id, autoReply: '', endState: 'keep' };
  await press(world, 'requester', changed(submit, options));
  // These choices lose more than the plan had shown: it is shown anew before it is asked for.
  const seen = await buttonOf(world, 'requester', 'submit', ({ version }) => version !== submit.action.data.version);
  await press(world, 'requester', changed(seen, options));
  const approve = await buttonOf(world, 'approver', 'approve');
  const formers = await buttonOf(world, 'former', 'approve');

  const before = approvers.members;
  const join = () => {
    const joining = (['requester', 'subject', 'successor', 'guest', 'blocked'] as const).map(
      (one) => world.user(one).id,
    );
    approvers.members = [...before.filter((id) => id !== world.user('former').id), ...joining];
    world.user('guest').userType = 'Guest';
    world.user('blocked').accountEnabled = false;
  };
  const leave = () => {
    approvers.members = before;
  };

  async function letThemTry(verbs: readonly string[], button: Button): Promise<void> {
    const seen = await recordOf(world, name);
    join();
    const tries = Object.entries(mayNot).flatMap(([person, not]) =>
      not.filter((verb) => verbs.includes(verb)).map((verb) => ({ person: person as Person, verb })),
    );
    for (const { person, verb } of shuffled(tries, random)) {
      report.tried();
      const own = person === 'former' && verb === 'approve' ? formers : button;
      const { refused, says } = await tap(world, person, changed(own, { reason: 'attack', note: 'attack' }, verb));
      if (!refused) report.found(`${verb} by the ${person}`, `it was done: ${says}`);
      else if (!forWho.test(says))
        report.found(`${verb} by the ${person}`, `it was refused for another reason: ${says}`);
    }
    leave();
    if ((await recordOf(world, name)) !== seen) report.found(verbs.join(', '), `the record of ${name} has changed`);
  }

  await letThemTry(['approve', 'reject', 'cancel'], approve);
  await press(world, 'approver', approve);
  const confirm = await buttonOf(world, 'approver', 'confirm');
  await letThemTry(['confirm', 'skip', 'retry', 'done', 'cancel'], confirm);
  report.close('Who may decide');
  return name;
}
