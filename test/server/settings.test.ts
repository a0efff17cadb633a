/** What programs of a stream server are told: every fault named at once, and no value. */
import { expect, test } from 'vitest';
import { refusalOf } from '../../server/hls/codecs.ts';
import { nginxConfig } from '../../server/rtmp/config.ts';
import { readSettings } from '../../server/settings.ts';

const SECRET = 'secret-of-the-tests';
test.each([
  [{}, /ROLE must be access, ingest, playback or hls/],
  [{ ROLE: 'relay' }, /ROLE must be/],
  [
    { ROLE: 'access', ACCESS_SECRET: SECRET, DEPLOYMENT: 'a' },
    /ACCESS_FOLDER or ACCESS_TABLE_URL must say where users are kept/,
  ],
  [
    { ROLE: 'access', ACCESS_SECRET: SECRET, DEPLOYMENT: 'a', ACCESS_FOLDER: '/a', ACCESS_TABLE_URL: 'https://a' },
    /not both/,
  ],
  [{ ROLE: 'ingest', ACCESS_SECRET: 'short' }, /ACCESS_SECRET must have.*ACCESS_HOST is missing/],
  [
    { ROLE: 'playback', ACCESS_SECRET: SECRET, ACCESS_HOST: 'a', INGEST_HOST: 'a; deny all' },
    /INGEST_HOST must be a name/,
  ],
  [
    { ROLE: 'hls', ACCESS_SECRET: SECRET, ACCESS_HOST: 'a', INGEST_HOST: 'b', HLS_PORT: '70000' },
    /HLS_PORT must be a port/,
  ],
  [{ ROLE: 'ingest', ACCESS_SECRET: SECRET, ACCESS_HOST: 'a', BIND: 'all' }, /BIND must be an IP address/],
])('%j', (env, message) => {
  expect(() => readSettings(env)).toThrow(message);
  expect(() => readSettings(env)).not.toThrow(SECRET);
});
test('an empty variable is none', () => {
  const env = { ROLE: 'access', ACCESS_SECRET: SECRET, DEPLOYMENT: 'a', ACCESS_FOLDER: '/a', ACCESS_TABLE_URL: '' };
  expect(readSettings(env)).toMatchObject({ ROLE: 'access', HEALTH_PORT: 8080, BIND: '0.0.0.0' });
});

test.each([
  ['H.264 and AAC', ['video h264', 'audio aac'], undefined],
  ['sound alone', ['audio mp3'], undefined],
  ['Sorenson video', ['video flv1', 'audio aac'], /no video of flv1: send H.264/],
  ['Speex', ['video h264', 'audio speex'], /no audio of speex/],
  ['data alone', ['data unknown'], /neither video nor sound/],
  ['nothing', [], /neither video nor sound/],
])('HLS and %s', (_what, streams, message) => {
  const refusal = refusalOf(
    streams.map((text) => {
      const [codec_type = '', codec_name = ''] = text.split(' ');
      return { codec_type, codec_name };
    }),
  );
  if (message) expect(refusal).toMatch(message);
  else expect(refusal).toBeUndefined();
});

test('an ingest pulls nothing; a playback server pulls what is played, by IPv6 too', () => {
  const options = { module: '/m.so', bind: '0.0.0.0', port: 1935, hooks: 'http://127.0.0.1:1/x' };
  expect(nginxConfig(options)).not.toContain('pull');
  const pull = { address: '2001:db8::1', port: 1935, proof: 'p' };
  expect(nginxConfig({ ...options, pull })).toContain('pull rtmp://[2001:db8::1]:1935/live pageUrl=p;');
});
