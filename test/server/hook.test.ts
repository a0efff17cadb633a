/** nginx's callbacks: what the client wrote behind its name never passes for what nginx says. */
import { expect, test } from 'vitest';
import { isOwnPull, readHook } from '../../server/rtmp/hook.ts';

/** As libnginx-mod-rtmp 1.2.2 sends it (recorded on Debian 12). */
const HEAD =
  'app=live&flashver=FMLE/3.0%20(compatible%3B%20Lavf59.27&swfurl=&tcurl=rtmp://127.9.9.1:1935/live&pageurl=&addr=192.0.2.7&clientid=1';
const form = (call: string, name: string, rest = '') => `${HEAD}&call=${call}&name=${name}&type=live${rest}`;

test('a publish, its repetition, and its end', () => {
  const hook = { call: 'publish', client: '1', from: '192.0.2.7', app: 'live', pageurl: '', name: 'KEY' };
  expect(readHook(form('publish', 'KEY'))).toMatchObject({ ...hook, again: false });
  expect(readHook(form('update_publish', 'KEY', '&token=abc'))).toMatchObject({ ...hook, again: true, token: 'abc' });
  expect(readHook(form('done', 'KEY'))).toMatchObject({ call: 'done' });
  expect(readHook(form('play', 'stage', '&user=ben&password=a%26b'))).toMatchObject({ user: 'ben', password: 'a&b' });
});

test.each([
  ['another address', '&addr=127.0.0.1'],
  ['a pull’s proof', `&pageurl=${'a'.repeat(64)}`],
  ['another call', '&call=done'],
  ['another connection', '&clientid=7'],
  ['another name', '&name=other'],
  ['another application', '&app='],
  ['nginx itself', '&flashver=ngx-local-relay'],
  ['the same again, encoded', '&%61ddr=127.0.0.1'],
  ['two tokens', '&token=a&token=b'],
])('a client that says %s is not read', (_what, rest) => {
  expect(readHook(form('publish', 'KEY', rest))).toBeUndefined();
});

test.each([
  [''],
  ['call=publish'],
  [form('connect', 'KEY')],
  [form('__proto__', 'KEY')],
  [HEAD.replace('clientid=1', 'clientid=x')],
])('what is no callback is not read: %s', (text) => expect(readHook(text)).toBeUndefined());

test('nginx’s own side of a pull belongs to no application, which no client can say', () => {
  const own =
    'app=&flashver=ngx-local-relay&swfurl=&tcurl=&pageurl=&addr=127.9.9.1:1935/live&clientid=5&call=publish&name=stage&type=';
  const read = readHook(own);
  expect(read && isOwnPull(read)).toBe(true);
  const forged = readHook(own.replace('app=', 'app=live'));
  expect(forged && isOwnPull(forged)).toBe(false);
});
