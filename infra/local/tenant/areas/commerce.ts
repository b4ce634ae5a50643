import { badRequest } from '../errors.ts';
import { collection } from '../odata/answer.ts';
import type { Route } from '../route.ts';

/** What was bought, and from whom. */
export const commerce: Route[] = [
  {
    method: 'GET',
    path: '/directory/subscriptions',
    answer: (call) => {
      // https://learn.microsoft.com/graph/api/directory-list-subscriptions: only $filter and $select are known.
      if (call.query.top !== undefined || call.query.expand.length > 0)
        throw badRequest('The query option is not supported by this resource.', 'BadRequest');
      const shown = call.data.partners.subscriptions.map((own) => ({ ...own, ownerId: null, serviceStatus: [] }));
      return collection(call, shown, { context: 'directory/subscriptions' });
    },
  },
];
