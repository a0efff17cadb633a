import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { parseCommand } from '../../functions/teams/parse.ts';
import { isFromTeams } from '../../functions/teams/proof.ts';

test.each([
  ['<at>stream-control</at>&nbsp;status sunday', { verb: 'status', event: 'sunday' }],
  ['<p><at>x</at> <b>LIST</b></p>', { verb: 'list' }],
  ['', { verb: 'help' }],
  ['deploy sunday', { verb: 'deploy', event: 'sunday' }],
  [
    'deploy sunday languages original,french ttl 4h',
    { verb: 'deploy', event: 'sunday', languages: ['original', 'french'], ttl: '4h' },
  ],
  ['deploy sunday languages', { verb: 'wrong' }],
  ['deploy', { verb: 'wrong' }],
  ['extend sunday 6h', { verb: 'extend', event: 'sunday', ttl: '6h' }],
  ['extend sunday', { verb: 'wrong' }],
  ['teardown sunday', { verb: 'teardown', event: 'sunday', confirm: false }],
  ['teardown sunday CONFIRM', { verb: 'teardown', event: 'sunday', confirm: true }],
  ['drop tables', { verb: 'wrong' }],
])('%s', (text, command) => {
  expect(parseCommand(text)).toMatchObject(command);
});

test('only the webhook’s own signature over the raw body passes', () => {
  const token = Buffer.from('a secret of the webhook').toString('base64');
  const raw = '{"text":"héllo"}';
  const sign = (body: string, key: string) =>
    `HMAC ${createHmac('sha256', Buffer.from(key, 'base64')).update(body, 'utf8').digest('base64')}`;
  expect(isFromTeams(raw, sign(raw, token), token)).toBe(true);
  expect(isFromTeams(`${raw} `, sign(raw, token), token)).toBe(false);
  expect(isFromTeams(raw, sign(raw, Buffer.from('another').toString('base64')), token)).toBe(false);
  expect(isFromTeams(raw, 'HMAC x', token)).toBe(false);
  expect(isFromTeams(raw, null, token)).toBe(false);
  expect(isFromTeams(raw, sign(raw, token), undefined)).toBe(false);
});
