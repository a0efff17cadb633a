/** Events: their values and names, before, between and after waits. */
import { at, type Story } from './story.ts';

/** Starts, waits until it says that it waits, raises events one after the other, compares. */
const events = (
  name: string,
  orchestrator: string,
  raised: [name: string, value?: unknown][],
  input?: unknown,
): Story => ({
  name,
  async tell(on) {
    await on.start(orchestrator, input);
    // Who waits for nobody may be over before one looks.
    if (raised.length > 0) await on.reaches('Running', 'waiting');
    for (const [index, [event, value]] of raised.entries()) {
      await on.raise(event, value);
      await on.takes('EventRaised', index + 1);
    }
    await on.ends();
  },
});

const EVENT_VALUES = [null, '', 'text', '42', 42, 1.5, true, false, [], { a: { b: '音' } }, '2026-11-24T10:00:00.000Z'];

export const eventStories: Story[] = [
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
      await on.takes('EventRaised', 1);
      await on.raise('early', 2);
      await on.takes('EventRaised', 2);
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
      await on.takes('EventRaised', 1);
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
      await on.takes('EventRaised', 1);
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
