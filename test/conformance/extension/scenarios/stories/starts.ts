/** Starts: twice, over what runs, with odd ids, bodies, names, versions. */
import { at, type Story } from './story.ts';

export const startStories: Story[] = [
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
