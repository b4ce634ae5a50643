import { defineAppBlock } from '../partners/appBlock.ts';

export const disablePartnerApps = defineAppBlock(false, {
  id: 'disable-partner-apps',
  title: 'Disable their apps',
  does: 'Disables apps that the partner publishes and that nobody of yours is seen to use.',
  none: 'There is no app of theirs that nobody of yours uses.',
});
