import assert from 'node:assert/strict';
import { approveAll, caseIs, defaults, submitted } from '../support/journey.ts';
import { goUntil, removalApproved } from '../support/partnerJourney.ts';
import { people, startWorld, type World } from '../support/signoff.ts';

describe('a case as a file', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld({ partners: true });
    world.tenant.data.partners.is.logsPaced = false;
  });
  afterEach(() => world[Symbol.asyncDispose]());

  /** What lands in the OneDrive of whoever takes it. */
  async function taken(person: string, caseName: string): Promise<string> {
    await world.teams.say(person, `export ${caseName}`);
    const offer = await world.teams.waitFor(person, ({ fileOffer }) => fileOffer !== undefined);
    assert.equal(offer.fileOffer?.name, `${caseName}.html`);
    await world.teams.answerFileOffer(person, offer.id, 'accept');
    const { files } = await world.teams.waitFor(person, (message) => message.files.length > 0);
    const response = await fetch(files[0]?.url ?? '');
    const html = await response.text();
    assert.equal(Buffer.byteLength(html), offer.fileOffer?.sizeInBytes, 'as large as it was said to be');
    return html;
  }

  async function offboarded(): Promise<number> {
    const caseId = await submitted(world, {
      inputs: { ...defaults, successor: 'luca@contoso.com', endState: 'shared', ticket: 'INC-7 <b>' },
    });
    await approveAll(world, caseId);
    await caseIs(world, caseId, 'finished');
    return caseId;
  }

  it('tells what was asked, agreed, done, proved and left, and the journal, with nothing loaded from elsewhere', async () => {
    const caseId = await offboarded();
    const html = await taken(people.helpdesk, `OFF-${caseId}`);
    assert.match(html, /<h1>Jane Miller is offboarded<\/h1>/);
    assert.match(html, /Approved by<\/td><td>Arno Lindqvist, /);
    assert.match(html, /What remains, and why/);
    assert.match(html, /<h2>Lock out<\/h2>.*Block sign-in/s);
    assert.match(html, /entries, none changed or missing\./);
    assert.match(html, /INC-7 &lt;b&gt;/);
    assert.doesNotMatch(html, /<script|<b>|src=|undefined|\[object|passwordProfile/);
  });

  it('has the texts to send when a partner is removed, as the report has', async () => {
    const caseId = await removalApproved(world, 'VanArsdel', { wait: '0' });
    await goUntil(world, caseId, null);
    const html = await taken(people.approver, `PRT-${caseId}`);
    assert.match(html, /Text to send: To VanArsdel.*Please confirm within 14 days that/s);
    assert.match(html, /Text to send: To your own people/);
    const { card } = await world.card(people.helpdesk, 'VanArsdel is removed as a partner', 'Texts to send');
    assert.match(JSON.stringify(card), /passwords, keys, certificates and recovery codes of ours are destroyed/);
  });

  it('is given to nobody without a role, nor to whom the case is about, nor where others read', async () => {
    const caseId = await offboarded();
    const said = async (person: string, text = `export OFF-${caseId}`) => (await world.ask(person, text)).text ?? '';
    assert.match(await said(people.outsider), /can export a case/);
    assert.match(await said(people.helpdesk, 'export OFF-99'), /^There is no case “OFF-99”/);
    const offer = await world.ask(people.second, `export OFF-${caseId}`);
    const { groups } = world.tenant.data;
    for (const group of groups.filter(({ displayName }) => displayName.startsWith('Signoff ')))
      group.members = group.members.filter((id) => id !== world.tenant.person('priya').id);
    await world.teams.answerFileOffer(people.second, offer.id, 'accept');
    await world.teams.waitFor(people.second, ({ text, from }) => from.bot && /can export a case/.test(text ?? ''));
    const declined = await world.ask(people.approver, `export OFF-${caseId}`);
    await world.teams.answerFileOffer(people.approver, declined.id, 'decline');
    await world.teams.waitFor(people.approver, ({ text }) => text === 'No file was made.');
  });
});
