import { defineAppBlock } from '../partners/appBlock.ts';

export const disableUsedPartnerApps = defineAppBlock(true, {
  id: 'disable-used-partner-apps',
  title: 'Disable apps of theirs that your people use',
  does: 'Disables apps of the partner that people of yours are assigned to or sign in to: a decision of its own.',
  none: 'Nobody of yours is seen to use an app of theirs.',
});
