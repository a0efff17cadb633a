/** Every scenario that is more than a start and an end. */
import { commandStories } from './commands.ts';
import { eventStories } from './events.ts';
import { entityStories } from './entities.ts';
import { httpStories } from './calls.ts';
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
