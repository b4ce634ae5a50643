import { nameOf, openCase } from '../cases/cases.ts';
import { readRelationships } from '../customers/relationships.ts';
import { Refusal } from '../errors.ts';
import { endRelationship } from '../playbooks/endRelationship.ts';
import { askers, defineCommand } from './command.ts';

const like = 'Write it like “end relationship with adatum”.';

/** From the service provider's side; the customer's is `remove partner`. */
export const end = defineCommand<string>({
  name: 'end',
  does: 'In a service provider’s own tenant: ends its delegated administration of a customer. Two approvers agree.',
  roles: askers,
  words: {
    usage: 'end relationship with CUSTOMER',
    example: 'end relationship with adatum',
    read({ text }) {
      const [, who] = /^(?:the )?relationship with\s+(.+)$/i.exec(text.trim()) ?? [];
      if (who === undefined)
        throw new Refusal(
          'what',
          `End what? ${like} To end a case, type “cancel” and its number, like “cancel OFF-42”.`,
        );
      if (who.length > 200) throw new Refusal('too-long', `That is too long for a name. ${like}`);
      return who;
    },
  },

  async run(desk, who, wanted) {
    await desk.roles.require(who, askers, 'end relationships with customers');
    const found = customersCalled(await readRelationships(desk.runtime.graph), wanted);
    const [one, another] = found;
    if (one === undefined)
      throw new Refusal(
        'nobody',
        `Your tenant administers nobody called “${wanted.slice(0, 80)}”. To take a partner out of your own tenant, type “remove partner” and its name.`,
      );
    if (another !== undefined)
      throw new Refusal(
        'several',
        `“${wanted.slice(0, 80)}” could be ${found.map(({ name, id }) => `${name} (${id})`).join(' or ')}. Write the tenant id.`,
      );
    const row = await openCase(desk, endRelationship, {
      actor: who,
      origin: who.origin,
      subjectId: one.id,
      urgent: false,
    });
    return {
      text: `${nameOf(desk, row)}: looking at what your tenant has with ${one.name}. The plan comes in a moment; nothing is changed.`,
    };
  },
});

/** By tenant id, by the whole name or by its beginning. */
function customersCalled(all: Awaited<ReturnType<typeof readRelationships>>, wanted: string) {
  const word = wanted.trim().toLowerCase();
  const customers = new Map(
    all.flatMap(({ customer }) => {
      const { tenantId, displayName } = customer ?? {};
      return tenantId ? [[tenantId, displayName ?? tenantId] as const] : [];
    }),
  );
  const named = [...customers].map(([id, name]) => ({ id, name }));
  const exact = named.filter(({ id, name }) => id === word || name.toLowerCase() === word);
  return exact.length > 0 ? exact : named.filter(({ name }) => name.toLowerCase().startsWith(word));
}
