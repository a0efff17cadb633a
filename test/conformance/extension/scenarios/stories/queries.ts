/** Status and its options, lists of instances, purges of many. */
import { at, type Story } from './story.ts';

export const queryStories: Story[] = [
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
    name: 'pages',
    async tell(on) {
      for (const key of ['a', 'b', 'c']) {
        await on.start('child', key, `${on.id}-${key}`);
        await on.ends(`${on.id}-${key}`);
      }
      // Tokens are each side's own: what is told is what came page by page.
      const seen: string[] = [];
      let token: string | undefined;
      do {
        const page = await on.page(`/instances?instanceIdPrefix=${on.id}&top=2`, token);
        seen.push(...page.ids);
        token = page.next;
      } while (token);
      on.heard.push({ seen: seen.sort() });
    },
  },
  {
    name: 'pages-of-nonsense',
    async tell(on) {
      for (const token of ['nonsense', '!', 'bm9uc2Vuc2U=', '{}'])
        await on.ask('GET', `/instances?instanceIdPrefix=${on.id}-none`, undefined, {
          'x-ms-continuation-token': token,
        });
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
