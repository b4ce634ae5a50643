import { isGuid, lookUpObject } from '../directory.ts';
import { badRequest, notFound } from '../errors.ts';
import type { Application } from '../identitySchema.ts';
import { collection, entity } from '../odata/answer.ts';
import { applicationResource } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import { memberResource } from '../visibility.ts';
import { referencedId } from './groups.ts';

/** App registrations and who owns them. */
function subject(call: Call): Application {
  const id = call.params.application ?? '';
  if (!isGuid(id)) throw badRequest(`Invalid object identifier '${id}'.`);
  const application = call.data.applications.find((candidate) => candidate.id === id.toLowerCase());
  if (!application) throw notFound(id);
  return application;
}

function addOwner(call: Call): Reply {
  const application = subject(call);
  const id = referencedId(call);
  const added = lookUpObject(call.data, id);
  if (!added) throw notFound(id);
  if (added.type === 'group') throw badRequest("The specified object type can't be an owner of an application.");
  if (application.owners.includes(added.object.id))
    throw badRequest(
      "One or more added object references already exist for the following modified properties: 'owners'.",
    );
  application.owners.push(added.object.id);
  return { status: 204 };
}

/** The last owner may go: an app registration lives on without any. */
function removeOwner(call: Call): Reply {
  const application = subject(call);
  const id = (call.params.owner ?? '').toLowerCase();
  if (!application.owners.includes(id)) throw notFound(id);
  application.owners = application.owners.filter((owner) => owner !== id);
  return { status: 204 };
}

export const applications: Route[] = [
  {
    method: 'GET',
    path: '/applications/{application}',
    answer: (call) => entity(call, applicationResource(subject(call)), { context: 'applications', directory: true }),
  },
  {
    method: 'GET',
    path: '/applications/{application}/owners',
    answer: (call) =>
      collection(
        call,
        subject(call).owners.flatMap((id) => memberResource(call, id)),
        { context: 'directoryObjects', directory: true, relation: true },
      ),
  },
  { method: 'POST', path: '/applications/{application}/owners/$ref', answer: addOwner },
  { method: 'DELETE', path: '/applications/{application}/owners/{owner}/$ref', answer: removeOwner },
];
