import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { lookUpUser } from '../directory.ts';
import {
  begin,
  caseResource,
  casesContext,
  casesPath,
  custodianResource,
  findCase,
  findCustodian,
  findOpenCase,
  findOperation,
  newId,
  operationResource,
  requireRoleGroup,
  userSourceResource,
} from '../ediscovery.ts';
import type { Custodian, EdiscoveryCase } from '../ediscoverySchema.ts';
import { badRequest, GraphError } from '../errors.ts';
import { collection, entity } from '../odata/answer.ts';
import { stamp } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { TenantData, User } from '../seedSchema.ts';

const contextOf = (own: EdiscoveryCase, more: string) => ({ context: `${casesContext}('${own.id}')/${more}` });

const invalid = (what: string) => badRequest(`The request body is not valid: ${what}.`, 'BadRequest');

function parsed<T>(schema: z.ZodType<T>, call: Call): T {
  const result = schema.safeParse(call.body);
  if (!result.success) throw invalid(result.error.issues[0]?.path.join('.') ?? 'body');
  return result.data;
}

const caseBody = z.strictObject({
  displayName: z.string().min(1),
  description: z.string().nullish(),
  externalId: z.string().nullish(),
});

function openCase(call: Call): Reply {
  requireRoleGroup(call);
  const { displayName, description, externalId } = parsed(caseBody, call);
  if (call.data.ediscoveryCases.some((own) => own.displayName.toLowerCase() === displayName.toLowerCase()))
    throw new GraphError(409, 'Conflict', 'A case with the same name already exists.');
  const at = stamp(call.now);
  const made: EdiscoveryCase = {
    id: randomUUID(),
    displayName,
    description: description ?? '',
    externalId: externalId ?? '',
    status: 'active',
    createdDateTime: at,
    lastModifiedDateTime: at,
    closedDateTime: null,
    custodians: [],
    searches: [],
    operations: [],
  };
  call.data.ediscoveryCases.push(made);
  return entity(call, caseResource(call, made), { context: casesContext }, 201);
}

/** Closing ends the holds of the case. */
function closeCase(call: Call): Reply {
  const own = findOpenCase(call);
  own.status = 'closed';
  own.closedDateTime = stamp(call.now);
  for (const custodian of own.custodians) Object.assign(custodian, { hold: 'notApplied', pendingHold: null });
  return { status: 204 };
}

function personWith(data: TenantData, email: string): User {
  const wanted = email.toLowerCase();
  const found = lookUpUser(data, email) ?? data.users.find((user) => user.mail?.toLowerCase() === wanted);
  if (!found) throw invalid(`nobody has the address ${email}`);
  return found;
}

const custodianBody = z.strictObject({ email: z.string().includes('@') });

function addCustodian(call: Call): Reply {
  const own = findOpenCase(call);
  const { email } = parsed(custodianBody, call);
  const user = personWith(call.data, email);
  if (own.custodians.some((custodian) => custodian.userId === user.id))
    throw new GraphError(409, 'Conflict', 'The custodian is already part of the case.');
  const at = stamp(call.now);
  const made: Custodian = {
    id: newId(),
    userId: user.id,
    email: user.mail ?? user.userPrincipalName,
    displayName: user.displayName,
    createdDateTime: at,
    lastModifiedDateTime: at,
    userSources: [],
    hold: 'notApplied',
    pendingHold: null,
  };
  own.custodians.push(made);
  return entity(call, custodianResource(made), contextOf(own, 'custodians'), 201);
}

const sourceBody = z.strictObject({
  email: z.string().includes('@'),
  includedSources: z.string().regex(/^\s*(mailbox|site)(\s*,\s*(mailbox|site))?\s*$/),
});

function addUserSource(call: Call): Reply {
  const own = findOpenCase(call);
  const custodian = findCustodian(call, own);
  const { email, includedSources } = parsed(sourceBody, call);
  personWith(call.data, email);
  const id = newId();
  custodian.userSources.push({ id, email, includedSources, createdDateTime: stamp(call.now) });
  const { '@odata.type': _type, ...source } = userSourceResource(call, custodian, id);
  return entity(call, { ...source, id }, contextOf(own, `custodians('${custodian.id}')/userSources`), 201);
}

const noBody = z.strictObject({}).nullish();

function changeHold(call: Call, to: Custodian['hold']): Reply {
  parsed(noBody, call);
  const own = findOpenCase(call);
  const custodian = findCustodian(call, own);
  const { holdMs } = call.data.delays;
  custodian.pendingHold = { dueAt: call.now.getTime() + holdMs, to };
  custodian.lastModifiedDateTime = stamp(call.now);
  return begin(call, own, { action: 'holdUpdate', endsAs: 'succeeded', takesMs: holdMs });
}

const custodians: Route[] = [
  {
    method: 'GET',
    path: `${casesPath}/{case}/custodians`,
    answer: (call) => {
      const own = findCase(call);
      return collection(call, own.custodians.map(custodianResource), contextOf(own, 'custodians'));
    },
  },
  { method: 'POST', path: `${casesPath}/{case}/custodians`, answer: addCustodian },
  {
    method: 'GET',
    path: `${casesPath}/{case}/custodians/{custodian}`,
    answer: (call) => {
      const own = findCase(call);
      return entity(call, custodianResource(findCustodian(call, own)), contextOf(own, 'custodians'));
    },
  },
  {
    method: 'GET',
    path: `${casesPath}/{case}/custodians/{custodian}/userSources`,
    answer: (call) => {
      const own = findCase(call);
      const custodian = findCustodian(call, own);
      const sources = custodian.userSources.map(({ id }) => userSourceResource(call, custodian, id));
      return collection(call, sources, contextOf(own, `custodians('${custodian.id}')/userSources`));
    },
  },
  { method: 'POST', path: `${casesPath}/{case}/custodians/{custodian}/userSources`, answer: addUserSource },
  {
    method: 'POST',
    path: `${casesPath}/{case}/custodians/{custodian}/applyHold`,
    answer: (call) => changeHold(call, 'applied'),
  },
  {
    method: 'POST',
    path: `${casesPath}/{case}/custodians/{custodian}/removeHold`,
    answer: (call) => changeHold(call, 'notApplied'),
  },
];

export const ediscovery: Route[] = [
  {
    method: 'GET',
    path: casesPath,
    answer: (call) => {
      requireRoleGroup(call);
      return collection(
        call,
        call.data.ediscoveryCases.map((own) => caseResource(call, own)),
        { context: casesContext },
      );
    },
  },
  { method: 'POST', path: casesPath, answer: openCase },
  {
    method: 'GET',
    path: `${casesPath}/{case}`,
    answer: (call) => entity(call, caseResource(call, findCase(call)), { context: casesContext }),
  },
  { method: 'POST', path: `${casesPath}/{case}/close`, answer: closeCase },
  ...custodians,
  {
    method: 'GET',
    path: `${casesPath}/{case}/operations`,
    answer: (call) => {
      const own = findCase(call);
      const operations = own.operations.map((operation) => operationResource(call, own, operation));
      return collection(call, operations, contextOf(own, 'operations'));
    },
  },
  {
    method: 'GET',
    path: `${casesPath}/{case}/operations/{operation}`,
    answer: (call) => {
      const own = findCase(call);
      return entity(call, operationResource(call, own, findOperation(call, own)), contextOf(own, 'operations'));
    },
  },
];
