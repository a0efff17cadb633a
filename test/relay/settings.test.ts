import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../../relay/settings.ts';
import { eventOf } from '../../relay/srt.ts';

const enough = { EVENT_TITLE: 'Kongress', INGEST_PASSPHRASE: 'presenter-123', EGRESS_PASSPHRASE: 'mixers-12345' };

test('three settings are enough; the role decides the ingest port', () => {
  expect(readSettings(enough)).toMatchObject({
    role: 'relay',
    ingest: { port: 9998 },
    egress: { port: 9996 },
    latencyMs: 200,
  });
  expect(readSettings({ ...enough, ROLE: 'slides', INGEST_PORT: '' }).ingest.port).toBe(9997);
});
test('a secret may come from a file', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'relay-')), 'secret');
  writeFileSync(file, 'from-a-file-1\n');
  expect(
    readSettings({ ...enough, INGEST_PASSPHRASE: undefined, INGEST_PASSPHRASE_FILE: file }).ingest.passphrase,
  ).toBe('from-a-file-1');
});
test.each([
  [{}, /^Cannot start: .*EVENT_TITLE is missing.*INGEST_PASSPHRASE is missing.*EGRESS_PASSPHRASE is missing[^\n]*$/],
  [{ ...enough, INGEST_PASSPHRASE: 'short' }, /^Cannot start: INGEST_PASSPHRASE must be 10 to 79/],
  [{ ...enough, ROLE: 'mixer' }, /ROLE must be relay or slides/],
  [{ ...enough, EGRESS_PORT: '99999' }, /EGRESS_PORT must be a port number/],
  [{ ...enough, SRT_LATENCY_MS: 'fast' }, /SRT_LATENCY_MS must be milliseconds/],
  [{ ...enough, INGEST_PASSPHRASE_FILE: '/nowhere' }, /INGEST_PASSPHRASE_FILE cannot be read \(ENOENT\)/],
])('%j is refused in one line', (env, message) => {
  expect(() => readSettings(env)).toThrow(message);
});
test('no message repeats a secret', () => {
  expect(() => readSettings({ ...enough, INGEST_PASSPHRASE: 'has spaces in it' })).toThrow(/^(?!.*has spaces in it)/);
});
test.each([
  ['ready', 'ready'],
  ['caller-added 127.0.0.1:5 200', 'added'],
  ['caller-silent 127.0.0.1:5', 'silent'],
  ['caller-refused 127.0.0.1:5', 'second'],
  ['caller-rejected 1010', 'wrong-passphrase'],
  ['caller-rejected 1005', undefined],
])('%s means %s', (line, event) => {
  expect(eventOf(line)).toBe(event);
});
