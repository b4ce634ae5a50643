import type { Letter, LetterFacts } from '../engine/playbook.ts';
import type { PartnerSubject } from './subject.ts';

/** What a partner and one's own people are told once it is out: to be copied, and sent by whoever knows them. */
export function letters({ displayName }: PartnerSubject, { caseName, day, open }: LetterFacts): Letter[] {
  const left = open.length === 0 ? [] : ['', 'Still to be done on our side:', ...open.map((one) => `- ${one}`)];
  return [
    {
      title: `To ${displayName}`,
      text: [
        `To ${displayName}: end of your access to our Microsoft 365 organization`,
        '',
        `On ${day} we ended your access: delegated administration, roles, accounts, apps and shared channels, as far as you had them.`,
        '',
        'Please confirm within 14 days that',
        '- the relationship is ended on your side as well, and our tenant is gone from your tools and scripts;',
        '- passwords, keys, certificates and recovery codes of ours are destroyed;',
        '- our data is returned or deleted, copies and back-ups included;',
        '- nobody of yours keeps an account, number or device that opens our systems.',
        '',
        `Our reference: ${caseName}.`,
      ].join('\n'),
    },
    {
      title: 'To your own people',
      text: [
        `${displayName} has no access to our Microsoft 365 organization since ${day}`,
        '',
        `People of ${displayName} can’t sign in here any more, and apps of theirs don’t work. Share nothing with their old accounts; if you still work with somebody there, ask the helpdesk first.`,
        `If something has stopped working for you, tell the helpdesk and name ${caseName}.`,
        ...left,
      ].join('\n'),
    },
  ];
}
