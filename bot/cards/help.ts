import { z } from 'zod';
import { type Card, defineCard } from './card.ts';
import { shown } from './text.ts';

export const helpCard = defineCard(
  'help',
  z.object({ heading: shown, lead: shown, commands: z.array(z.object({ usage: shown, does: shown })) }),
);

export function help(commands: { usage: string; does: string }[]): Card {
  const data = {
    heading: 'What Signoff can do',
    lead: 'Type one of these here, or with @Signoff in a channel. Nothing is changed before an approver agrees.',
    commands,
  };
  return helpCard.render(data, data.heading);
}
