import { z } from 'zod';
import { defineCommand, inputs } from './command.ts';

/** Teams asks for a person's own view of a card; what they see of it depends on their role. */
export const refresh = defineCommand({
  name: 'refresh',
  usage: null,
  does: 'Shows a card as it is now.',

  async run(desk, request) {
    await desk.roles.require(request.actor, ['helpdesk', 'approver', 'admin'], 'look at cases');
    return { showCase: inputs(request, z.object({ case: z.coerce.number().int().positive() })).case };
  },
});
