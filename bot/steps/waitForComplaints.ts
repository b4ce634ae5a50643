import { z } from 'zod';
import { days } from '../clock.ts';
import { enterpriseApps, who } from '../partners/places.ts';
import { definePartnerStep } from '../partners/step.ts';

/** All up to here is taken back in a minute; what comes after it is not. */
export const waitForComplaints = definePartnerStep({
  id: 'wait-for-complaints',
  title: 'Wait for complaints',
  does: 'Gives your people days to find out what no longer works, before anything is removed for good. Done with a note shortens it.',
  permissions: [],
  before: z.object({}),

  appliesTo: (_subject, { wait }) =>
    wait === '0'
      ? { notNeeded: 'Nobody wanted to wait.' }
      : {
          byHand: `Wait ${wait} days, and ask around: what of yours ran through them (connections, flows, jobs, support)? Press Done after that time, or earlier with a note.`,
        },
  preview: async () => ({ notNeeded: 'Nobody wanted to wait.' }),
  async run() {},
  async verify() {
    return { notYet: 'It is people who wait.' };
  },
  byHand: () => ({
    who: who.owner,
    ...enterpriseApps,
    clicks: [
      'Ask those who worked with them whether anything stopped.',
      'Something stopped that is needed: switch the app on again there, or unblock the guest, and tell the approvers.',
    ],
    command: null,
  }),
  /** Before the time is over only a person’s note ends it. */
  async verifyByHand({ options, clock }, since) {
    const waited = clock.now().getTime() - since.getTime();
    return waited >= days(Number(options.wait)) ? { proved: `Waited ${options.wait} days.` } : null;
  },
  cannotUndo: 'Time that went by does not come back.',
});
