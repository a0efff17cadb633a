/** Commands of an event page, each with what it sends, and what the page says where it would be refused. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { executable, launch, violations, without } from './browser.ts';
import { LANGUAGES, liveEvent, liveMixer, PRESENTERS, RELAYS } from './fixtures.ts';
import { problem, Stage } from './stage.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const EVENT = '/events/sunday-service';

describe.skipIf(!executable)(`commands of an event${without}`, () => {
  let stage: Stage;
  let browser: Browser;
  let page: Page;
  let sent: unknown[];
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
  });
  beforeEach(async () => {
    stage = await Stage.open();
    page = await browser.newPage({ locale: 'en-GB', reducedMotion: 'reduce' });
    page.setDefaultTimeout(30_000);
    sent = [];
    stage.say('event', liveEvent());
    for (const language of LANGUAGES) stage.say('mixer', liveMixer(language));
    stage.say('relays', { relays: RELAYS, presenters: PRESENTERS });
  });
  afterEach(async () => {
    await page.close();
    await stage.close();
  });
  const takes = (path: string) =>
    stage.answers.set(`POST /api/events/sunday-service/${path}`, (_path, body) => {
      sent.push(JSON.parse(body));
      return { json: {} };
    });

  test('the backup presenter is put on air at the relay’s row: both stand there with what comes from them', async () => {
    takes('source');
    await page.goto(`${stage.url}${EVENT}/languages`);
    const row = page.locator('.row.shared', { hasText: 'Programme relay' });
    await row.getByText('main presenter on air').waitFor();
    await row.getByRole('button').first().click();
    await row.locator('[data-presenter=main]', { hasText: 'On air' }).getByText('6.1 Mbit/s').waitFor();
    await row.locator('[data-presenter=backup]', { hasText: 'Sends, ready' }).getByText('5.9 Mbit/s').waitFor();
    expect(await violations(page)).toEqual([]);
    await row.getByRole('button', { name: 'Put the backup presenter on air' }).click();
    expect(sent).toEqual([]);
    await row.getByRole('button', { name: 'Yes, put the backup presenter on air' }).click();
    await row.locator('.outcome', { hasText: 'Done.' }).waitFor();
    expect(sent).toEqual([{ active: 'backup' }]);
    stage.say('relays', { relays: RELAYS, presenters: { ...PRESENTERS, onAir: 'backup', wanted: 'backup' } });
    await row.locator('.row-open', { hasText: 'backup presenter on air' }).waitFor();
    await row.getByText('Chosen by hand: backup presenter.').waitFor();
    await row.getByRole('button', { name: 'Leave it to the relay' }).click();
    await expect.poll(() => sent).toEqual([{ active: 'backup' }, { active: 'auto' }]);
  });

  test('a relay that does not answer is told later by the control plane, and not again by the page', async () => {
    stage.answers.set('POST /api/events/sunday-service/source', () => {
      sent.push('asked');
      return problem(503, 'relay is not told yet: no answer; it will be when it answers');
    });
    await page.goto(`${stage.url}${EVENT}/commands`);
    const command = page.locator('.command', { hasText: 'Presenters' });
    await command.getByRole('button', { name: 'Put the backup presenter on air' }).click();
    await command.getByRole('button', { name: 'Yes, put the backup presenter on air' }).click();
    await command.locator('.outcome', { hasText: 'it will be when it answers' }).waitFor();
    // Another choice is free at once, so the first one is over.
    await command.getByRole('button', { name: 'Put the main presenter on air' }).click();
    await command.getByRole('button', { name: 'Yes, put the main presenter on air' }).click();
    await expect.poll(() => sent).toEqual(['asked', 'asked']);
  });

  test('a presenter who does not send is said to be away, and one who cannot go on air says why', async () => {
    const away = { connected: false, bitrate: 0, problem: null };
    const unable = { connected: true, bitrate: 2e6, problem: 'the picture is HEVC; send H.264' };
    stage.say('relays', { relays: RELAYS, presenters: { ...PRESENTERS, onAir: null, main: away, backup: unable } });
    await page.goto(`${stage.url}${EVENT}/languages`);
    await page.locator('.row.shared', { hasText: 'Programme relay' }).getByRole('button').first().click();
    await page.locator('[data-presenter=main]', { hasText: 'Does not send' }).waitFor();
    await page.locator('[data-presenter=backup]', { hasText: 'the picture is HEVC; send H.264' }).waitFor();
  });

  test('what is told at once is refused by the same table: the reason stands at the button', async () => {
    const reason = 'the event is paused; there is no presenter yet';
    const commands = liveEvent().commands.map((one) =>
      one.command === 'source' ? { command: 'source', answer: 'conflict' as const, reason } : one,
    );
    stage.say('event', liveEvent({ state: 'paused', commands }));
    await page.goto(`${stage.url}${EVENT}/commands`);
    const command = page.locator('.command', { hasText: 'Presenters' });
    await command.getByText(`Not now: ${reason}`).first().waitFor();
    expect(
      await command.getByRole('button', { name: 'Put the backup presenter on air' }).getAttribute('aria-disabled'),
    ).toBe('true');
    // What is told to mixers that are not up is done when they are.
    await page.getByText('It happens as soon as the mixers are up.').first().waitFor();
  });

  test('who may send to a stream server is shown, let in by a token that is shown once, and withdrawn', async () => {
    const token = 'f'.repeat(40);
    const user = { name: 'anna', role: 'publish', paths: ['stage'], password: false, tokens: [] };
    const since = new Date().toISOString();
    const sessions = [{ call: 'publish', path: 'stage', user: 'anna', protocol: 'rtmp', since }];
    const of = { event: 'sunday-service', component: 'access' };
    stage.answers.set('GET /api/events/sunday-service/access', { json: { ...of, users: [user], sessions } });
    stage.answers.set('POST /api/events/sunday-service/access', (_path, body) => {
      sent.push(JSON.parse(body));
      const errors = [{ path: 'paths', message: 'must be one path' }];
      const wrong = {
        status: 400,
        json: { type: 'about:blank', title: '', detail: 'It is not valid', status: 400, errors },
      };
      return sent.length === 1 ? wrong : { json: { ...of, user, token: { id: '0a1b2c3d4e5f', secret: token } } };
    });
    takes('access/withdraw');
    await page.goto(`${stage.url}${EVENT}/commands`);
    const command = page.locator('.command', { hasText: 'Who may send and play' });
    await command.getByRole('button', { name: 'Show who may, and who does' }).click();
    await command.getByText('anna send to stage').waitFor();
    await command.getByText('sends stage by RTMP').waitFor();
    await command.getByLabel('Name').fill('anna');
    await command.getByRole('button', { name: 'Let them, and make a token' }).click();
    await command.locator('.field', { hasText: 'must be one path' }).waitFor();
    await command.getByLabel('Paths').fill('stage');
    await command.getByRole('button', { name: 'Let them, and make a token' }).click();
    await command.getByText(token).waitFor();
    expect(sent).toEqual([
      { name: 'anna', role: 'publish', paths: [] },
      { name: 'anna', role: 'publish', paths: ['stage'] },
    ]);
    expect(await violations(page)).toEqual([]);
    const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
    expect(kept).not.toContain(token);
    await command.getByRole('button', { name: 'Hide them' }).click();
    expect(await page.content()).not.toContain(token);
    await command.getByRole('button', { name: 'Withdraw anna' }).click();
    await command.getByRole('button', { name: 'Yes, withdraw anna' }).click();
    await expect.poll(() => sent.at(-1)).toEqual({ name: 'anna' });
  });

  test('addresses that a template gives stand beside the programme’s, each with what it is for', async () => {
    const component = (name: string, each: string | null, urls: Record<string, string>) => ({
      ...{
        component: name,
        kind: 'containers',
        title: name,
        each,
        host: `${name}.example`,
        health: 'healthy' as const,
        urls,
      },
    });
    const connection = {
      mixers: [],
      components: [
        component('ingest', null, { publishUrl: 'rtmp://ingest.example:1935/live' }),
        component('playback', '2', { playUrl: 'rtmp://playback-2.example:1935/live' }),
        component('own', null, { odd: 'https://own.example' }),
      ],
    };
    stage.say('event', liveEvent({ connection, languages: [] }));
    await page.goto(`${stage.url}${EVENT}/connect`);
    const address = (text: string) => page.locator('.address', { hasText: text });
    await address('rtmp://ingest.example:1935/live').getByText('Where contributors send their streams').waitFor();
    await address('rtmp://playback-2.example:1935/live').getByText('playback 2').waitFor();
    await address('https://own.example').getByText('odd').waitFor();
    expect(await page.locator('table').count()).toBe(0);
    expect(await violations(page)).toEqual([]);
  });

  test('a new language comes with its key, its sound and its mixing, as the template offers it', async () => {
    takes('languages');
    const components = { mixer: { mixing: 'obs' }, light: { mixing: 'light' }, relay: {} };
    stage.answers.set('GET /api/templates/multilingual', { json: { components, parameters: {}, environments: {} } });
    await page.goto(`${stage.url}${EVENT}/commands`);
    const command = page.locator('.command', { hasText: 'Names with commas between' });
    await command.getByLabel('Add', { exact: true }).fill('tamil');
    await command.getByLabel('Key of Tamil').fill('aaaa-bbbb-cccc-dddd');
    await command.getByLabel('Sound of Tamil').fill('tam');
    await command.getByLabel('Mixing of Tamil').selectOption('light');
    expect(await violations(page)).toEqual([]);
    await command.getByRole('button', { name: 'Change languages' }).click();
    const expected = { add: ['tamil'], audio: { tamil: 'tam' }, mixing: { tamil: 'light' } };
    await expect.poll(() => sent).toEqual([{ ...expected, youtubeKeys: { tamil: 'aaaa-bbbb-cccc-dddd' } }]);
  });

  test('which sound each language gets is shown and changed, with the sounds that there are', async () => {
    takes('languages');
    const tracks = [
      { track: 1, language: 'eng' },
      { track: 2, language: 'fra' },
      { track: 3, language: null },
    ];
    const relays = RELAYS.map((one) => ({ ...one, health: { ...one.health, tracks } }));
    stage.say('relays', { relays, presenters: PRESENTERS });
    stage.say('mixer', liveMixer('french', { desired: { streaming: true, audio: 'fra' } }));
    await page.goto(`${stage.url}${EVENT}/commands`);
    const command = page.locator('.command', { hasText: 'Sound of each language' });
    await command.getByText('Now fra').waitFor();
    const offered = await command
      .locator('datalist option')
      .evaluateAll((all) => all.map((one) => one.getAttribute('value')));
    expect(offered).toEqual(['eng', 'fra', 'floor']);
    await command.getByLabel('Sound of French').fill('2');
    await command.getByRole('button', { name: 'Change the sound' }).click();
    await expect.poll(() => sent).toEqual([{ audio: { french: '2' } }]);
  });
});
