import { buttonOf, changed, press, recordOf, tap } from './buttons.ts';
import { type Random, shuffled } from './random.ts';
import type { Report } from './report.ts';
import { type Person, people, type World } from './world.ts';

const wanted = 'treyresearch.net';
const decisions = ['approve', 'reject', 'confirm', 'skip', 'done', 'cancel', 'undo'];

/** People of a partner try to ask for its removal, and to decide on it; whoever asked tries to approve, and one approver to be two. */
export async function attackPartner(world: World, random: Random, report: Report): Promise<void> {
  const groupOf = (name: string) => {
    const found = world.tenant.data.groups.find(({ displayName }) => displayName === name);
    if (found === undefined) throw new Error(`The tenant has no ${name}`);
    return found;
  };
  const [approvers, helpdesk] = [groupOf('Signoff Approvers'), groupOf('Signoff Helpdesk')];
  world.user('theirs').otherMails = [`katarzyna@${wanted}`];

  const whoAskedBefore = helpdesk.members;
  helpdesk.members = [...whoAskedBefore, world.user('theirs').id];
  // Whoever opens Signoff is looked at, and known for a while.
  for (const person of ['theirs', 'theirGuest'] as const) await world.teams.open(people[person]);
  report.tried();
  const answer = await world.ask('theirs', `remove partner ${wanted}`);
  if (!/^Your own account is one of this organization’s/.test(answer.text ?? ''))
    report.found('one of theirs asks', `it was not refused: ${answer.text ?? 'a card'}`);
  helpdesk.members = whoAskedBefore;

  await world.teams.say(people.requester, `remove partner ${wanted}`);
  const looking = /^PRT-(\d+): looking/;
  const { text } = await world.teams.waitFor(people.requester, (one) => looking.test(one.text ?? ''), 10_000);
  const caseId = Number(looking.exec(text ?? '')?.[1]);
  const name = `PRT-${caseId}`;
  const submit = await buttonOf(world, 'requester', 'submit', (data) => data.case === caseId);
  await press(world, 'requester', changed(submit, { wait: '7', guests: 'delete' }));
  const approve = await buttonOf(world, 'approver', 'approve', (data) => data.case === caseId);
  const seen = await recordOf(world, name);
  const whoDecidedBefore = approvers.members;
  const joining = (['theirs', 'theirGuest', 'requester'] as const).map((one) => world.user(one).id);
  approvers.members = [...whoDecidedBefore, ...joining];
  const tries = decisions.flatMap((verb) =>
    (['theirs', 'theirGuest', 'requester'] as const)
      // Whoever asked may take it back, and end it.
      .filter((person) => person !== 'requester' || ['approve', 'reject', 'confirm', 'skip'].includes(verb))
      .map((person): { person: Person; verb: string } => ({ person, verb })),
  );
  for (const { person, verb } of shuffled(tries, random)) {
    report.tried();
    const { refused, says } = await tap(world, person, changed(approve, { reason: 'attack', note: 'attack' }, verb));
    if (!refused) report.found(`${verb} by ${person}`, `it was done: ${says}`);
  }
  approvers.members = whoDecidedBefore;
  if ((await recordOf(world, name)) !== seen) report.found('people of theirs', `the record of ${name} has changed`);

  await press(world, 'approver', approve);
  report.tried();
  const again = await tap(world, 'approver', approve);
  if (!again.refused) report.found('one approver is two', again.says);
  report.close('Who may remove a partner');
}
