/** Terminate, suspend, resume, rewind, restart, purge: in every state. */
import { at, type Story } from './story.ts';

export const commandStories: Story[] = [
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
      await on.takes('EventRaised', 1);
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
