import { findUser } from '../directory.ts';
import { badRequest, notFound } from '../errors.ts';
import { collection, entity } from '../odata/answer.ts';
import type { Resource } from '../odata/resource.ts';
import { requireRoleOver } from '../privileges.ts';
import { typed } from '../resources.ts';
import type { Call, Reply, Route } from '../route.ts';
import type { AuthenticationMethod, User } from '../seedSchema.ts';

/** Path segment in v1.0 → type name. A password can be read but never deleted. */
const segments: Record<string, AuthenticationMethod['type']> = {
  passwordMethods: 'passwordAuthenticationMethod',
  phoneMethods: 'phoneAuthenticationMethod',
  microsoftAuthenticatorMethods: 'microsoftAuthenticatorAuthenticationMethod',
  fido2Methods: 'fido2AuthenticationMethod',
  softwareOathMethods: 'softwareOathAuthenticationMethod',
  emailMethods: 'emailAuthenticationMethod',
  windowsHelloForBusinessMethods: 'windowsHelloForBusinessAuthenticationMethod',
  temporaryAccessPassMethods: 'temporaryAccessPassAuthenticationMethod',
  platformCredentialMethods: 'platformCredentialAuthenticationMethod',
  externalAuthenticationMethods: 'externalAuthenticationMethod',
};

const subject = (call: Call): User => findUser(call.data, call.params.user ?? '');
const methodResource = (method: AuthenticationMethod): Resource => ({ ...method.properties, id: method.id });
const typedMethod = (method: AuthenticationMethod): Resource => typed(method.type, methodResource(method));

function find(user: User, id: string, type?: AuthenticationMethod['type']): AuthenticationMethod {
  const method = user.authenticationMethods.find(
    (candidate) => candidate.id === id && (!type || candidate.type === type),
  );
  if (!method) throw notFound(id);
  return method;
}

function remove(call: Call, type: AuthenticationMethod['type']): Reply {
  const user = subject(call);
  requireRoleOver(call, user);
  const method = find(user, call.params.method ?? '', type);
  const others = user.authenticationMethods.filter(
    (other) => other !== method && other.type !== 'passwordAuthenticationMethod',
  );
  if (method.isDefault && others.length > 0)
    throw badRequest(
      "The method is the user's default authentication method and cannot be deleted while other methods are registered.",
      'badRequest',
    );
  // https://learn.microsoft.com/graph/api/phoneauthenticationmethod-delete: no alternate number without a first one.
  if (
    method.properties.phoneType === 'mobile' &&
    others.some((other) => other.properties.phoneType === 'alternateMobile')
  )
    throw badRequest('The mobile phone cannot be deleted while an alternate mobile phone is registered.', 'badRequest');
  user.authenticationMethods = user.authenticationMethods.filter((candidate) => candidate !== method);
  return { status: 204 };
}

function routesOf(segment: string, type: AuthenticationMethod['type']): Route[] {
  const base = `/users/{user}/authentication/${segment}`;
  const context = (user: User) => `users('${user.id}')/authentication/${segment}`;
  const routes: Route[] = [
    {
      method: 'GET',
      path: base,
      answer: (call) => {
        const user = subject(call);
        return collection(
          call,
          user.authenticationMethods.filter((method) => method.type === type).map(methodResource),
          { context: context(user) },
        );
      },
    },
    {
      method: 'GET',
      path: `${base}/{method}`,
      answer: (call) => {
        const user = subject(call);
        return entity(call, methodResource(find(user, call.params.method ?? '', type)), { context: context(user) });
      },
    },
  ];
  if (type !== 'passwordAuthenticationMethod')
    routes.push({ method: 'DELETE', path: `${base}/{method}`, answer: (call) => remove(call, type) });
  return routes;
}

export const authenticationMethods: Route[] = [
  {
    method: 'GET',
    path: '/users/{user}/authentication/methods',
    answer: (call) => {
      const user = subject(call);
      return collection(call, user.authenticationMethods.map(typedMethod), {
        context: `users('${user.id}')/authentication/methods`,
      });
    },
  },
  {
    method: 'GET',
    path: '/users/{user}/authentication/methods/{method}',
    answer: (call) => {
      const user = subject(call);
      return entity(call, typedMethod(find(user, call.params.method ?? '')), {
        context: `users('${user.id}')/authentication/methods`,
      });
    },
  },
  ...Object.entries(segments).flatMap(([segment, type]) => routesOf(segment, type)),
];
