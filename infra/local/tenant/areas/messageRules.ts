import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { badRequest, GraphError } from '../errors.ts';
import { collection, entity } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { InboxRule } from '../seedSchema.ts';
import { mailboxOf } from './mailbox.ts';

const base = '/users/{user}/mailFolders/inbox/messageRules';

/** Exchange's number in eight bytes, as `AQAAAJ5dZqA=`. */
export function graphRuleId(rule: InboxRule): string {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(rule.id));
  return bytes.toString('base64');
}

const context = (userId: string): string => `users('${userId}')/mailFolders('inbox')/messageRules`;

const ruleResource = (rule: InboxRule, index: number): Resource => ({
  id: graphRuleId(rule),
  displayName: rule.displayName,
  sequence: index + 1,
  isEnabled: rule.isEnabled,
  hasError: false,
  isReadOnly: false,
  conditions: rule.conditions,
  actions: rule.actions,
  exceptions: rule.exceptions,
});

const visible = (rules: InboxRule[]): InboxRule[] => rules.filter((rule) => !rule.isHidden);

function find(call: Call): { rule: InboxRule; index: number } {
  const rules = visible(mailboxOf(call).mailbox.rules);
  const index = rules.findIndex((candidate) => graphRuleId(candidate) === call.params.rule);
  const rule = rules[index];
  if (!rule) throw new GraphError(404, 'ErrorItemNotFound', 'The specified object was not found in the store.');
  return { rule, index };
}

const newRule = z.looseObject({
  displayName: z.string().min(1),
  sequence: z.int().min(1).default(1),
  isEnabled: z.boolean().default(true),
  conditions: z.record(z.string(), z.unknown()).nullish(),
  exceptions: z.record(z.string(), z.unknown()).nullish(),
  actions: z.record(z.string(), z.unknown()),
});

function create(call: Call): Reply {
  const { mailbox, userId } = mailboxOf(call);
  const sent = newRule.safeParse(call.body);
  if (!sent.success)
    throw badRequest(
      `The value of the property '${String(sent.error.issues[0]?.path[0] ?? '')}' is missing or invalid.`,
      'ErrorInvalidRequest',
    );
  const { displayName, sequence, isEnabled, conditions = null, exceptions = null, actions } = sent.data;
  const id = String(randomInt(2 ** 40, 2 ** 47));
  const rule: InboxRule = { id, displayName, isEnabled, isHidden: false, conditions, exceptions, actions };
  mailbox.rules = mailbox.rules.toSpliced(sequence - 1, 0, rule);
  const index = visible(mailbox.rules).indexOf(rule);
  return entity(call, ruleResource(rule, index), { context: context(userId) }, 201);
}

export const messageRules: Route[] = [
  {
    method: 'GET',
    path: base,
    answer: (call) => {
      const { mailbox, userId } = mailboxOf(call);
      return collection(call, visible(mailbox.rules).map(ruleResource), { context: context(userId) });
    },
  },
  { method: 'POST', path: base, answer: create },
  {
    method: 'GET',
    path: `${base}/{rule}`,
    answer: (call) => {
      const { rule, index } = find(call);
      return entity(call, ruleResource(rule, index), { context: context(mailboxOf(call).userId) });
    },
  },
  {
    method: 'DELETE',
    path: `${base}/{rule}`,
    answer: (call) => {
      const { rule } = find(call);
      const { mailbox } = mailboxOf(call);
      mailbox.rules = mailbox.rules.filter((other) => other !== rule);
      return { status: 204 };
    },
  },
];
