/** Entities over HTTP. */
import type { Telling } from '../side.ts';
import type { Story } from './story.ts';

const entity = (on: Telling, path = ''): string => `/entities/Counter/${on.id}${path}`;

export const entityStories: Story[] = [
  {
    name: 'entity-by-http',
    async tell(on) {
      await on.ask('GET', entity(on));
      await on.ask('POST', entity(on, '?op=add'), 5);
      await on.until(entity(on), ({ status, body }) => status === 200 && body === 5);
      await on.ask('POST', entity(on, '?op=add'), 2);
      await on.until(entity(on), ({ body }) => body === 7);
      await on.ask('GET', entity(on));
      await on.ask('POST', entity(on, '?op=store'), { a: '音', at: '2026-11-24T10:00:00.000Z' });
      await on.until(entity(on), ({ body }) => typeof body === 'object');
      await on.ask('GET', entity(on));
      await on.ask('DELETE', entity(on));
      await on.until(entity(on), ({ status }) => status === 404);
      await on.ask('GET', entity(on));
    },
  },
  {
    name: 'entity-by-http-fails',
    async tell(on) {
      await on.ask('POST', entity(on, '?op=add'), 1);
      await on.ask('POST', entity(on, '?op=nonsense'), 1);
      await on.ask('POST', entity(on, '?op=addThenFail'));
      await on.until(entity(on), ({ body }) => body === 2);
      await on.ask('GET', entity(on));
    },
  },
  {
    name: 'entity-refused',
    async tell(on) {
      await on.ask('POST', `/entities/ThereIsNone/${on.id}?op=add`, 1);
      await on.ask('GET', `/entities/ThereIsNone/${on.id}`);
      await on.ask('POST', '/entities/Counter/a%23b?op=add', 1);
      await on.askRaw('POST', entity(on, '?op=store'), '{no json');
      await on.ask('PUT', entity(on, '?op=add'), 1);
    },
  },
  {
    name: 'entity-texts',
    async tell(on) {
      await on.askRaw('POST', entity(on, '?op=store'), 'plain text', { 'content-type': 'text/plain' });
      await on.until(entity(on), ({ status }) => status === 200);
      await on.ask('GET', entity(on));
    },
  },
];
