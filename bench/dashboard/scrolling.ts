/** An event of fifty languages, scrolled while it lives and shows its small pictures: frames that came, beside those of a page with nothing on it. */
import type { Browser, Page } from 'playwright-core';
import { picture } from '../../local/fleet/scene.ts';
import { liveEvent, liveMixer, PRESENTERS, RELAYS } from '../../test/dashboard/fixtures.ts';
import { Stage } from '../../test/dashboard/stage.ts';
import { until } from '../../test/e2e/process.ts';
import type { Row } from '../main.ts';
import { percentile } from './percentile.ts';

const LANGUAGES = Array.from(
  { length: 50 },
  (_, index) => `lang${String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26))}`,
);
const SECONDS = 5;
/** Different pictures of a language, shown in turn. */
const SHOTS = 8;
/** Seconds between two heartbeats of a mixer. */
const HEARTBEAT = 10;

async function frames(page: Page): Promise<{ perSecond: number; p95: number }> {
  await page.evaluate(`
    window.frames = [];
    let last = performance.now();
    const next = (now) => { window.frames.push(now - last); last = now; window.more = requestAnimationFrame(next); };
    window.more = requestAnimationFrame(next);`);
  const begun = Date.now();
  for (let down = true; Date.now() - begun < SECONDS * 1000; ) {
    await page.mouse.wheel(0, down ? 120 : -120);
    down = await page.evaluate<boolean>(
      `(${down} ? scrollY + innerHeight < document.documentElement.scrollHeight - 1 : scrollY <= 0)`,
    );
  }
  const took = await page.evaluate<number[]>('cancelAnimationFrame(window.more), window.frames.slice(2)');
  const all = took.reduce((sum, one) => sum + one, 0);
  return { perSecond: (took.length * 1000) / all, p95: percentile(took, 0.95) };
}

/** Says what fifty mixers say and show in a second, spread over it as they do. @returns what ends it */
function live(stage: Stage): () => void {
  const shots = Array.from({ length: SHOTS }, (_, nth) =>
    picture({ width: 160, hue: nth * 40, seconds: nth, look: 'moving' }).toString('base64'),
  );
  let turn = 0;
  const timer = setInterval(() => {
    const nth = turn++ % LANGUAGES.length;
    const round = Math.floor(turn / LANGUAGES.length);
    const language = LANGUAGES[nth] ?? '';
    const at = new Date().toISOString();
    const shot = shots[(nth + round) % SHOTS] ?? '';
    stage.show({
      component: `mixer-${language}`,
      language,
      at,
      type: 'image/png',
      picture: shot,
      peakDb: -18 - (round % 9),
    });
    if ((nth + round) % HEARTBEAT === 0) stage.say('mixer', liveMixer(language, { droppedFrames: round }));
  }, 1000 / LANGUAGES.length);
  return () => clearInterval(timer);
}

/** Pictures drawn so far. */
const drawn = (page: Page): Promise<number> => page.evaluate<number>('window.drawn');
const COUNTS = `
  window.drawn = 0;
  const draw = CanvasRenderingContext2D.prototype.drawImage;
  CanvasRenderingContext2D.prototype.drawImage = function (...given) {
    if (this.canvas.isConnected) window.drawn++;
    return draw.apply(this, given);
  };`;

export async function scrolling(browser: Browser): Promise<Row[]> {
  const stage = await Stage.open();
  const viewport = { width: 1280, height: 900 };
  const end = live(stage);
  try {
    stage.say('event', liveEvent({}, LANGUAGES));
    for (const language of LANGUAGES) stage.say('mixer', liveMixer(language));
    stage.say('relays', { relays: RELAYS, presenters: PRESENTERS });
    const page = await browser.newPage({ viewport });
    await page.addInitScript(COUNTS);
    await page.goto(`${stage.url}/events/sunday-service/languages`);
    await page.locator('.row').nth(49).waitFor();
    await page.mouse.move(640, 600);
    await until(async () => ((await drawn(page)) >= LANGUAGES.length ? true : undefined));
    const before = await drawn(page);
    const own = await frames(page);
    const pictures = ((await drawn(page)) - before) / SECONDS;
    await page.close();
    const bare = await browser.newPage({ viewport });
    await bare.setContent('<div style="height: 4000px">nothing</div>');
    await bare.mouse.move(640, 600);
    const nothing = await frames(bare);
    await bare.close();
    const ratio = own.perSecond / nothing.perSecond;
    return [
      {
        what: 'frames a second, 50 languages with pictures, scrolling',
        value: `${own.perSecond.toFixed(0)} (an empty page: ${nothing.perSecond.toFixed(0)}; ratio ${ratio.toFixed(2)}; 95th frame ${own.p95.toFixed(0)} ms, empty ${nothing.p95.toFixed(0)} ms; ${pictures.toFixed(0)} pictures a second)`,
        goal: '60',
        met: ratio >= 0.95 ? 'as an empty page' : 'no',
      },
    ];
  } finally {
    end();
    await stage.close();
  }
}
