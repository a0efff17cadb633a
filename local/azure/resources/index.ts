import type { Provider } from '../core/provider.ts';
import { cascade } from './cascade.ts';
import { groupLro, resourceGroups } from './group.ts';
import { listings } from './listing.ts';
import { registration, subscriptions } from './subscriptions.ts';
import { tagNames } from './tag-names.ts';
import { tags } from './tags.ts';

/** Microsoft.Resources: groups and their cascade, lists across providers, tags, subscriptions, provider registration. */
export const resources: Provider<
  'account' | 'time' | 'draws' | 'jobs' | 'store' | 'resources' | 'types' | 'consistency' | 'operations'
> = {
  namespace: 'Microsoft.Resources',
  lro: groupLro,
  types: [resourceGroups, tags],
  routes: [...subscriptions, ...listings, ...tagNames],
  guards: [registration],
  jobs: { 'resources.cascade': cascade },
};
