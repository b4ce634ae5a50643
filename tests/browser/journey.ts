import type { Seats } from './seats.ts';

/** Hana in the first seat asks; with the choices that `choose` makes on the plan card. */
export async function ask(seats: Seats, sentence = 'offboard jane@contoso.com', choose?: () => Promise<void>) {
  await seats.say(0, sentence);
  await seats.button(0, 'Ask for approval').waitFor();
  await choose?.();
  await seats.button(0, 'Ask for approval').click();
}

/** Once more, where the choices destroy or lose more than the plan had shown. */
export async function askAgain(seats: Seats) {
  await seats.card(0, 'With these choices').waitFor();
  await seats.button(0, 'Ask for approval').click();
}

export const stageByStage = 'Approve, I confirm each stage';
export const runAll = 'Approve and run all';
