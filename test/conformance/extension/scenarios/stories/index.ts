/** Every scenario that is more than a start and an end. */

import { httpStories } from './calls.ts';
import { commandStories } from './commands.ts';
import { entityStories } from './entities.ts';
import { eventStories } from './events.ts';
import { queryStories } from './queries.ts';
import { startStories } from './starts.ts';
import type { Story } from './story.ts';

export const STORIES: Story[] = [
  ...eventStories,
  ...commandStories,
  ...startStories,
  ...queryStories,
  ...entityStories,
  ...httpStories,
];
