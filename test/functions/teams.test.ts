import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { FRESH, isFresh, readActivity } from '../../functions/teams/activity.ts';
import { cardMessage } from '../../functions/teams/cards.ts';
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
  ['<at id="0">name</at>&nbsp;list', { verb: 'list' }],
  ['<at>name</at>, list', { verb: 'list' }],
  ["<AT ID='0'>name</AT>list", { verb: 'list' }],
  ['<span itemtype="http://schema.skype.com/Mention" itemscope itemid="0">name</span>&nbsp;list', { verb: 'list' }],
  ['<blockquote itemscope><p>teardown sunday confirm</p></blockquote><at>name</at>', { verb: 'help' }],
  ['<blockquote>teardown sunday confirm</blockquote>\r\n<p><at>name</at> list</p>', { verb: 'list' }],
  [
    '<div><div><span itemid="0" itemType="http://schema.skype.com/Mention">name</span>&#160;list</div></div>',
    { verb: 'list' },
  ],
  ['<at>a</at> <at>b</at>&#xA0;status&#160;<at>c</at>sunday', { verb: 'status', event: 'sunday' }],
  ['<at>name</at>\u200b\u00a0list\u200b', { verb: 'list' }],
  ['\u2060list\ufeff', { verb: 'list' }],
  ['<at>name</at>&ZeroWidthSpace;list', { verb: 'list' }],
  ['@stream-control list', { verb: 'list' }],
  ['<p>list</p>\r\n', { verb: 'list' }],
  ['<at>name list', { verb: 'wrong' }],
  ['<at>name</at', { verb: 'help' }],
  ['&nbsp;', { verb: 'help' }],
  ['List!', { verb: 'list' }],
  ['“status” “sunday”?', { verb: 'status', event: 'sunday' }],
  ['teardown sunday confirm.', { verb: 'teardown', event: 'sunday', confirm: true }],
  ['Teardown sunday, CONFIRM!', { verb: 'teardown', event: 'sunday', confirm: true }],
  ['teardown sunday (confirm)', { verb: 'teardown', event: 'sunday', confirm: true }],
  ['teardown sunday confirm no wait', { verb: 'wrong' }],
  ['teardown sunday dont confirm', { verb: 'wrong' }],
  ['pause sunday or not', { verb: 'wrong' }],
  ['extend sunday 6h.', { verb: 'extend', event: 'sunday', ttl: '6h' }],
  ['extend sunday 1.5h', { verb: 'extend', event: 'sunday', ttl: '1.5h' }],
  [
    'deploy sunday languages original, french ttl 4h.',
    { verb: 'deploy', event: 'sunday', languages: ['original', 'french'], ttl: '4h' },
  ],
  ['source sunday backup', { verb: 'source', event: 'sunday', active: 'backup' }],
  ['Source sunday AUTO!', { verb: 'source', event: 'sunday', active: 'auto' }],
  ['source sunday third', { verb: 'wrong' }],
  ['source sunday backup or not', { verb: 'wrong' }],
  [
    'languages sunday audio french=fra, Spanish=2.',
    { verb: 'languages', event: 'sunday', audio: { french: 'fra', spanish: '2' } },
  ],
  ['languages sunday --audio french=fra', { verb: 'languages', event: 'sunday', audio: { french: 'fra' } }],
  ['languages sunday –audio french=fra', { verb: 'languages', event: 'sunday', audio: { french: 'fra' } }],
  ['languages sunday audio french', { verb: 'wrong' }],
  ['languages sunday audio', { verb: 'wrong' }],
  ['languages sunday add french', { verb: 'wrong' }],
  ['deploy sunday ttl 4h 5h', { verb: 'wrong' }],
  // What an entity spells is text, no markup.
  ['&lt;at&gt;x&lt;/at&gt; list', { verb: 'wrong' }],
  ['&#0;&#x110000;list', { verb: 'list' }],
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

const NOW = Date.parse('2026-11-21T08:00:00Z');
test.each([
  ['2026-11-21T08:00:00Z', true],
  ['2026-11-21T08:04:59.1234567Z', true],
  ['2026-11-21T07:55:00.000Z', true],
  ['2026-11-21T10:00:00+02:00', true],
  ['2026-11-21T07:54:59Z', false],
  ['2026-11-21T08:05:01Z', false],
  ['2020-11-21T08:00:00Z', false],
  ['2026-11-21T08:00:00', false],
  ['2026-11-21', false],
  ['now', false],
  ['', false],
  [null, false],
  [undefined, false],
  [NOW, false],
  [['2026-11-21T08:00:00Z'], false],
])('an activity of %j is fresh: %s', (timestamp, expected) => {
  expect(isFresh(readActivity({ timestamp }, ''), NOW)).toBe(expected);
  expect(FRESH).toBe(300_000);
});

test.each([
  [{ name: 'Ann' }, 'Ann'],
  ['Ann', 'Ann'],
  [{ name: null }, 'someone'],
  [{ name: ['Ann'] }, 'someone'],
  [{}, 'someone'],
  [null, 'someone'],
  [undefined, 'someone'],
  [7, 'someone'],
  [[], 'someone'],
  ['Ann\nteardown by Bob\u202e', 'Ann teardown by Bob'],
  ['x'.repeat(500), 'x'.repeat(100)],
])('from %j is %j', (from, expected) => {
  expect(readActivity({ from }, '').from).toBe(expected);
});

test('the id of a message, in its conversation, makes it one; without an id its bytes do', () => {
  const key = (body: Record<string, unknown>, raw = '') => readActivity(body, raw).key;
  expect(key({ id: '1', timestamp: 'a' }, 'x')).toBe(key({ id: '1', timestamp: 'b' }, 'y'));
  expect(key({ id: '1' })).not.toBe(key({ id: '2' }));
  expect(key({ id: '1', conversation: { id: 'a' } })).not.toBe(key({ id: '1', conversation: { id: 'b' } }));
  expect(key({}, 'x')).toBe(key({ id: null }, 'x'));
  expect(key({}, 'x')).not.toBe(key({}, 'y'));
});

test('no text takes long to read, and nothing of it is quoted back', () => {
  for (const text of [
    '<at>'.repeat(1000),
    '<'.repeat(4000),
    '&#1'.repeat(1300),
    '<at>a</at'.repeat(400),
    '\u001b]'.repeat(2000),
  ]) {
    const from = performance.now();
    expect(parseCommand(text).verb).toMatch(/help|wrong/);
    expect(performance.now() - from).toBeLessThan(250);
  }
  expect(JSON.stringify(parseCommand('abcd-efgh-ijkl-mnop is the key'))).not.toContain('efgh');
});

test('no text of a card is more than text', () => {
  const evil = '[sign in](https://evil.example)\n<at>all</at>\u001b[31m';
  const card = JSON.stringify(
    cardMessage({ title: evil, text: evil, facts: [[evil, evil]] }, 'https://control.example'),
  );
  expect(card.split('[sign in] (https://evil.example) < at>all< /at>')).toHaveLength(5);
  expect(card).not.toMatch(/\]\(|<at>|\\u001b|\\n/);
});
