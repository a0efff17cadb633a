/** Scenarios that need more than a start and an end. */
import type { Telling } from './side.ts';

export interface Story {
  name: string;
  /** What happens at once may come in any order: histories are compared as sets. */
  anyOrder?: boolean;
  tell(on: Telling, serverUrl: string): Promise<unknown>;
}

const at = (on: Telling, path = ''): string => `/instances/${on.id}${path}`;
const entity = (on: Telling, path = ''): string => `/entities/Counter/${on.id}${path}`;

/** Starts, waits until it says that it waits, raises events, compares. */
const events = (
  name: string,
  orchestrator: string,
  raised: [name: string, value?: unknown][],
  input?: unknown,
): Story => ({
  name,
  async tell(on) {
    await on.start(orchestrator, input);
    await on.reaches('Running', orchestrator === 'threeEvents' ? 'waiting 0' : 'waiting');
    for (const [event, value] of raised) await on.raise(event, value);
    await on.ends();
  },
});

const EVENT_VALUES = [null, '', 'text', '42', 42, 1.5, true, false, [], { a: { b: '音' } }, '2026-11-24T10:00:00.000Z'];

const eventStories: Story[] = [
  ...EVENT_VALUES.map((value, index) => events(`event-value-${index}`, 'oneEvent', [['go', value]])),
  events('event-date-inside', 'oneEvent', [
    ['go', { at: '2026-11-24T10:00:00.000Z', Timestamp: '2026-11-24T10:00:00Z' }],
  ]),
  events('event-two-names', 'twoNames', [
    ['right', 2],
    ['left', 1],
  ]),
  events('event-any', 'anyEvent', [['right', 2]]),
  events('event-unknown-first', 'oneEvent', [
    ['other', 0],
    ['go', 1],
  ]),
  events('event-or-timer', 'eventOrTimer', [['go', 'in time']], 60_000),
  events('event-too-late', 'eventOrTimer', [], 300),
  {
    name: 'events-one-by-one',
    async tell(on) {
      await on.start('threeEvents');
      for (let n = 0; n < 3; n++) {
        await on.reaches('Running', `waiting ${n}`);
        await on.raise('go', n);
      }
      await on.ends();
    },
  },
  {
    name: 'events-early',
    async tell(on) {
      await on.start('eventWhileBusy');
      await on.reaches('Running', 'busy');
      await on.raise('early', 1);
      await on.raise('early', 2);
      await on.raise('open', 0);
      await on.reaches('Running', 'ready');
      await on.raise('last', 0);
      await on.ends();
    },
  },
  {
    name: 'event-case',
    async tell(on) {
      await on.start('oneEvent');
      await on.reaches('Running', 'waiting');
      await on.raise('GO', 'in capitals');
      await on.raise('go', 'as it is');
      await on.ends();
    },
  },
  {
    name: 'events-two-waits',
    async tell(on) {
      await on.start('twoWaitsOneName');
      await on.reaches('Running', 'waiting');
      await on.raise('go', 1);
      await on.raise('go', 2);
      await on.ends();
    },
  },
  {
    name: 'events-over-generations',
    async tell(on) {
      await on.start('generationsOfEvents', []);
      for (let n = 0; n < 3; n++) {
        await on.reaches('Running', `has ${n}`);
        await on.raise('go', n);
      }
      await on.ends();
    },
  },
  {
    name: 'event-refused',
    async tell(on) {
      await on.ask('POST', at(on, '/raiseEvent/go'), 1);
      await on.start('oneEvent');
      await on.reaches('Running', 'waiting');
      await on.askRaw('POST', at(on, '/raiseEvent/go'), '');
      await on.askRaw('POST', at(on, '/raiseEvent/go'), '{no json');
      await on.askRaw('POST', at(on, '/raiseEvent/go'), 'text', { 'content-type': 'text/plain' });
      await on.ask('GET', at(on, '/raiseEvent/go'));
      await on.raise('go', 1);
      await on.ends();
      await on.raise('go', 2);
    },
  },
];

const commandStories: Story[] = [
  {
    name: 'terminate',
    async tell(on) {
      await on.start('oneEvent');
      await on.reaches('Running', 'waiting');
      await on.command('terminate', 'no%20longer%20needed');
      await on.ends();
      for (const again of ['terminate', 'suspend', 'resume']) await on.command(again);
      await on.raise('go', 1);
    },
  },
  {
    name: 'terminate-no-reason',
    async tell(on) {
      await on.start('oneEvent');
      await on.reaches('Running', 'waiting');
      await on.ask('POST', at(on, '/terminate'));
      await on.ends();
    },
  },
  {
    name: 'terminate-parent',
    async tell(on) {
      await on.start('parentOfWaiting');
      await on.reaches('Running', 'waiting', `${on.id}-kid`);
      await on.command('terminate');
      await on.ends();
      await on.raise('go', 1, `${on.id}-kid`);
      await on.ends(`${on.id}-kid`);
    },
  },
  {
    name: 'terminate-child',
    async tell(on) {
      await on.start('parentCatches');
      await on.reaches('Running', 'waiting', `${on.id}-kid`);
      await on.command('terminate', 'the%20child', `${on.id}-kid`);
      await on.ends();
      await on.ends(`${on.id}-kid`);
    },
  },
  {
    name: 'terminate-child-uncaught',
    async tell(on) {
      await on.start('parentOfWaiting');
      await on.reaches('Running', 'waiting', `${on.id}-kid`);
      await on.command('terminate', 'the%20child', `${on.id}-kid`);
      await on.ends();
    },
  },
  {
    name: 'event-for-child',
    async tell(on) {
      await on.start('parentOfWaiting');
      await on.reaches('Running', 'waiting', `${on.id}-kid`);
      await on.raise('go', { for: 'the child' }, `${on.id}-kid`);
      await on.ends();
      await on.ends(`${on.id}-kid`);
    },
  },
  {
    name: 'suspend-resume',
    async tell(on) {
      await on.start('threeEvents');
      await on.reaches('Running', 'waiting 0');
      await on.command('suspend', 'wait');
      await on.reaches('Suspended');
      await on.command('suspend');
      await on.raise('go', 'while suspended');
      await on.command('resume', 'on');
      await on.reaches('Running', 'waiting 1');
      await on.command('resume');
      await on.raise('go', 'two');
      await on.reaches('Running', 'waiting 2');
      await on.raise('go', 'three');
      await on.ends();
    },
  },
  {
    name: 'suspend-terminate',
    async tell(on) {
      await on.start('oneEvent');
      await on.reaches('Running', 'waiting');
      await on.command('suspend');
      await on.reaches('Suspended');
      await on.shows();
      await on.command('terminate');
      await on.ends();
    },
  },
  {
    name: 'commands-at-nobody',
    async tell(on) {
      for (const name of ['terminate', 'suspend', 'resume', 'rewind', 'restart']) await on.command(name);
      await on.ask('GET', at(on));
      await on.ask('DELETE', at(on));
    },
  },
  {
    name: 'rewind',
    async tell(on) {
      await on.start('childFlaky', 1);
      await on.ends();
      await on.command('rewind', 'again');
      await on.reaches('Completed');
      await on.ends();
      await on.command('rewind', 'once%20more');
    },
  },
  {
    name: 'rewind-running',
    async tell(on) {
      await on.start('oneEvent');
      await on.reaches('Running', 'waiting');
      await on.command('rewind');
      await on.raise('go', 1);
      await on.ends();
    },
  },
  {
    name: 'restart-same-id',
    async tell(on) {
      await on.start('child', { a: 1 });
      await on.ends();
      await on.ask('POST', at(on, '/restart?restartWithNewInstanceId=false'));
      await on.ends();
    },
  },
  {
    name: 'restart-running',
    async tell(on) {
      await on.start('oneEvent');
      await on.reaches('Running', 'waiting');
      await on.ask('POST', at(on, '/restart?restartWithNewInstanceId=false'));
      await on.raise('go', 1);
      await on.ends();
    },
  },
  {
    name: 'restart-new-id',
    async tell(on) {
      await on.start('child', 7);
      await on.ends();
      const { body } = await on.ask('POST', at(on, '/restart'));
      await on.ends(body.id);
    },
  },
  {
    name: 'purge',
    async tell(on) {
      await on.start('oneEvent');
      await on.reaches('Running', 'waiting');
      await on.ask('DELETE', at(on));
      await on.raise('go', 1);
      await on.ends();
      await on.ask('DELETE', at(on));
      await on.ask('DELETE', at(on));
      await on.ask('GET', at(on));
    },
  },
];

const startStories: Story[] = [
  {
    name: 'start-twice',
    async tell(on) {
      await on.start('oneEvent', 'first');
      await on.reaches('Running', 'waiting');
      await on.start('oneEvent', 'second');
      await on.start('child', 'another');
      await on.raise('go', 1);
      await on.ends();
      await on.start('child', 'over again');
      await on.until(at(on), ({ body }) => body.name === 'child' && body.runtimeStatus === 'Completed');
      await on.shows();
    },
  },
  {
    name: 'start-over-suspended',
    async tell(on) {
      await on.start('oneEvent');
      await on.reaches('Running', 'waiting');
      await on.command('suspend');
      await on.reaches('Suspended');
      await on.start('child');
      await on.command('terminate');
      await on.ends();
      await on.start('child', 'after the end');
      await on.reaches('Completed');
      await on.shows();
    },
  },
  {
    name: 'start-bad-ids',
    async tell(on) {
      const ids = ['@a@b', 'a/b', 'a\\b', 'a?b', 'a#b', 'a\tb', `${on.id}${'x'.repeat(300)}`];
      for (const id of ids) await on.ask('POST', `/orchestrators/child/${encodeURIComponent(id)}`, 1);
    },
  },
  {
    name: 'start-odd-ids',
    async tell(on) {
      for (const odd of [
        ' blank',
        '%25',
        '-ключ',
        '+plus',
        ':colon',
        "'quote",
        '"double',
        '&and=is',
        ';semi',
        '(x)',
        '|',
        '~',
      ]) {
        const id = `${on.id}${odd}`;
        await on.start('child', odd, id);
        await on.until(`/instances/${encodeURIComponent(id)}`, ({ body }) => body.runtimeStatus === 'Completed');
        await on.ask('GET', `/instances/${encodeURIComponent(id)}`);
      }
    },
  },
  {
    name: 'start-bad-bodies',
    async tell(on) {
      const bodies = ['{no json', 'text', 'true false', ' ', '[1', '1 2', '{"a":}', '"open'];
      for (const [index, body] of bodies.entries())
        await on.askRaw('POST', `/orchestrators/child/${on.id}-${index}`, body);
    },
  },
  {
    name: 'start-odd-bodies',
    async tell(on) {
      for (const [index, body] of ['', '"text"', 'null', "{'a':1}", '{a:1}', '[1,]', ' {"a" : 1 } '].entries()) {
        await on.askRaw('POST', `/orchestrators/child/${on.id}-${index}`, body);
        await on.settles(60_000, `${on.id}-${index}`);
      }
    },
  },
  {
    name: 'start-other-types',
    async tell(on) {
      for (const [index, type] of ['text/plain', 'application/xml', 'application/json; charset=utf-8'].entries()) {
        const id = `${on.id}-${index}`;
        const { status } = await on.askRaw('POST', `/orchestrators/child/${id}`, '{"a":1}', { 'content-type': type });
        if (status === 202) await on.ends(id);
      }
    },
  },
  {
    name: 'start-names',
    async tell(on) {
      for (const name of ['thereIsNone', 'echo', 'Counter', 'CHILD']) {
        const id = `${on.id}-${name}`;
        await on.ask('POST', `/orchestrators/${name}/${id}`, 1);
        if (name === 'CHILD') await on.ends(id);
      }
    },
  },
  {
    name: 'start-verbs',
    async tell(on) {
      for (const verb of ['GET', 'PUT', 'DELETE']) await on.ask(verb, `/orchestrators/child/${on.id}`);
      for (const path of ['/nowhere', '/', '/instances/a/b/c', '/orchestrators', `/instances/${on.id}/nothing`])
        await on.ask('POST', path, 1);
    },
  },
  {
    name: 'start-versions',
    async tell(on) {
      for (const version of ['1.0', '', 'a b', '2.0.1-x']) {
        const id = `${on.id}-${encodeURIComponent(version).replace('%', '')}`;
        await on.ask('POST', `/orchestrators/childVersion/${id}?version=${encodeURIComponent(version)}`, 1);
        await on.settles(8_000, id);
      }
    },
  },
  {
    name: 'start-and-wait',
    async tell(on) {
      await on.ask('POST', `/orchestrators/child/${on.id}?timeout=60&pollingInterval=1`, { a: 1 });
      await on.ask('POST', `/orchestrators/childFails/${on.id}-fails?timeout=60&pollingInterval=1`, 1);
      await on.ask('POST', `/orchestrators/oneEvent/${on.id}-waits?timeout=1&pollingInterval=1`, 1);
      await on.ask('POST', `/orchestrators/child/${on.id}-bad?timeout=1&pollingInterval=2`, 1);
      await on.ask('POST', `/orchestrators/child/${on.id}-odd?timeout=x&pollingInterval=1`, 1);
    },
  },
];

const queryStories: Story[] = [
  {
    name: 'status-options',
    async tell(on) {
      await on.start('chain', 1);
      await on.ends();
      for (const query of [
        '',
        '?showInput=false',
        '?showHistory=true',
        '?showHistory=true&showInput=false',
        '?showHistory=TRUE',
        '?showHistory=1',
        '?returnInternalServerErrorOnFailure=true',
      ])
        await on.ask('GET', `${at(on)}${query}`);
      await on.start('childFails', 1, `${on.id}-fails`);
      await on.ends(`${on.id}-fails`);
      await on.ask('GET', `/instances/${on.id}-fails?returnInternalServerErrorOnFailure=true`);
      await on.ask('GET', `/INSTANCES/${on.id}/`);
    },
  },
  {
    name: 'queries',
    async tell(on) {
      for (const key of ['a', 'b', 'c']) {
        await on.start(key === 'c' ? 'childFails' : 'child', key, `${on.id}-${key}`);
        await on.ends(`${on.id}-${key}`);
      }
      const prefix = `instanceIdPrefix=${on.id}`;
      for (const query of [
        '',
        '&runtimeStatus=Failed',
        '&runtimeStatus=Failed,Completed',
        '&runtimeStatus=Nonsense',
        '&showInput=false',
        '&createdTimeFrom=2020-01-01T00:00:00Z',
        '&createdTimeTo=2020-01-01T00:00:00Z',
        '&createdTimeFrom=nonsense',
        '&top=0',
        '&top=-1',
        '&top=x',
      ])
        await on.ask('GET', `/instances?${prefix}${query}`);
      await on.ask('GET', `/instances?instanceIdPrefix=${on.id}-none`);
    },
  },
  {
    name: 'purge-many',
    async tell(on) {
      for (const query of [
        '',
        '?createdTimeFrom=nonsense',
        '?createdTimeFrom=2020-01-01T00:00:00Z&createdTimeTo=2020-01-02T00:00:00Z',
        '?createdTimeTo=2020-01-02T00:00:00Z',
        '?createdTimeFrom=2020-01-01T00:00:00Z&createdTimeTo=2020-01-02T00:00:00Z&runtimeStatus=Completed',
      ])
        await on.ask('DELETE', `/instances${query}`);
    },
  },
];

const entityStories: Story[] = [
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

const called = (name: string, orchestrator: string, input: (url: string) => unknown): Story => ({
  name,
  async tell(on, url) {
    await on.start(orchestrator, input(url));
    await on.ends();
  },
});

const httpStories: Story[] = [
  called('http-get', 'calls', (url) => ({ method: 'GET', url: `${url}/ok` })),
  called('http-all', 'callsForAll', (url) => ({ method: 'GET', url: `${url}/ok` })),
  called('http-post', 'calls', (url) => ({ method: 'POST', url: `${url}/echo`, body: { a: '音' } })),
  called('http-post-text', 'calls', (url) => ({ method: 'POST', url: `${url}/echo`, body: 'text' })),
  called('http-headers', 'calls', (url) => ({ method: 'GET', url: `${url}/header`, headers: { 'X-Mine': 'one' } })),
  called('http-put', 'calls', (url) => ({
    method: 'PUT',
    url: `${url}/echo`,
    body: 'x',
    headers: { 'Content-Type': 'text/x' },
  })),
  called('http-delete', 'calls', (url) => ({ method: 'DELETE', url: `${url}/ok` })),
  called('http-404', 'calls', (url) => ({ method: 'GET', url: `${url}/404` })),
  called('http-500', 'calls', (url) => ({ method: 'GET', url: `${url}/500` })),
  called('http-204', 'calls', (url) => ({ method: 'GET', url: `${url}/204` })),
  called('http-redirect', 'calls', (url) => ({ method: 'GET', url: `${url}/302` })),
  called('http-polls', 'calls', (url) => ({ method: 'GET', url: `${url}/202` })),
  called('http-no-polling', 'calls', (url) => ({ method: 'GET', url: `${url}/202`, enablePolling: false })),
  called('http-nobody', 'calls', () => ({ method: 'GET', url: 'http://127.0.0.1:9/' })),
  called('http-bad-url', 'calls', () => ({ method: 'GET', url: 'no url' })),
];

export const STORIES: Story[] = [
  ...eventStories,
  ...commandStories,
  ...startStories,
  ...queryStories,
  ...entityStories,
  ...httpStories,
];
