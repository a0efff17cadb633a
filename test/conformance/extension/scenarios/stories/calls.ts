/** callHttp: methods, headers, answers, polling, nobody there. */
import type { Story } from './story.ts';

const called = (name: string, orchestrator: string, input: (url: string) => unknown): Story => ({
  name,
  async tell(on, url) {
    await on.start(orchestrator, input(url));
    await on.ends();
  },
});

export const httpStories: Story[] = [
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
