import { isGuid, lookUpObject } from '../directory.ts';
import { badRequest, notFound } from '../errors.ts';
import type { Application } from '../identitySchema.ts';
import { collection, entity } from '../odata/answer.ts';
import { applicationResource } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { ServicePrincipal } from '../seedSchema.ts';
import { memberResource } from '../visibility.ts';
import { referencedId } from './groups.ts';

/** App registrations and service principals have owners of their own, each in a list of its own. */
type Kind = 'applications' | 'servicePrincipals';

const find = <T extends { id: string }>(all: readonly T[], id: string): T => {
  if (!isGuid(id)) throw badRequest(`Invalid object identifier '${id}'.`);
  const found = all.find((candidate) => candidate.id === id.toLowerCase());
  if (!found) throw notFound(id);
  return found;
};

const application = (call: Call): Application => find(call.data.applications, call.params.owned ?? '');
const owned = (call: Call, kind: Kind): Application | ServicePrincipal =>
  kind === 'applications' ? application(call) : find(call.data.servicePrincipals, call.params.owned ?? '');

function addOwner(call: Call, kind: Kind): Reply {
  const app = owned(call, kind);
  const id = referencedId(call);
  const added = lookUpObject(call.data, id);
  if (!added) throw notFound(id);
  if (added.type === 'group') throw badRequest("The specified object type can't be an owner of an application.");
  if (app.owners.includes(added.object.id))
    throw badRequest(
      "One or more added object references already exist for the following modified properties: 'owners'.",
    );
  app.owners.push(added.object.id);
  return { status: 204 };
}

/** The last owner may go: an app lives on without any. */
function removeOwner(call: Call, kind: Kind): Reply {
  const app = owned(call, kind);
  const id = (call.params.owner ?? '').toLowerCase();
  if (!app.owners.includes(id)) throw notFound(id);
  app.owners = app.owners.filter((owner) => owner !== id);
  return { status: 204 };
}

const ownersOf = (kind: Kind): Route[] => [
  {
    method: 'GET',
    path: `/${kind}/{owned}/owners`,
    answer: (call) =>
      collection(
        call,
        owned(call, kind).owners.flatMap((id) => memberResource(call, id)),
        { context: 'directoryObjects', directory: true, relation: true },
      ),
  },
  { method: 'POST', path: `/${kind}/{owned}/owners/$ref`, answer: (call) => addOwner(call, kind) },
  { method: 'DELETE', path: `/${kind}/{owned}/owners/{owner}/$ref`, answer: (call) => removeOwner(call, kind) },
];

export const applications: Route[] = [
  {
    method: 'GET',
    path: '/applications/{owned}',
    answer: (call) =>
      entity(call, applicationResource(application(call)), { context: 'applications', directory: true }),
  },
  ...ownersOf('applications'),
  ...ownersOf('servicePrincipals'),
];
