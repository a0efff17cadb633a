/** A small moving picture with its sound: how old it is stands on it, and what is wrong with it beside it in words. */
import { useLayoutEffect, useRef } from 'preact/hooks';
import { ageOf, pictureOf } from '../state/pictures.ts';
import { pictures } from '../state/settings.ts';
import { t } from '../texts/index.ts';
import { number } from '../texts/time.ts';

/** Seconds after which a picture is not what viewers see now. */
const OLD = 2;
/** dBFS at the lower end of the meter. */
const FLOOR = -60;

export function Monitor({ component, name }: { component: string; name: string }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const now = pictureOf(component).value;
  // At once: a moment later the next picture may have taken this one's place.
  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element || !now) return;
    if (element.width !== now.bitmap.width) element.width = now.bitmap.width;
    if (element.height !== now.bitmap.height) element.height = now.bitmap.height;
    element.getContext('2d')?.drawImage(now.bitmap, 0, 0);
  }, [now]);
  if (pictures.value === 'off') return null;
  const age = now ? ageOf(now) : 0;
  const peak = now?.peakDb ?? null;
  const loud = peak === null ? 0 : Math.max(0, Math.min(1, (peak - FLOOR) / -FLOOR));
  const label = now
    ? [
        t('picture.of', { name, age }),
        peak === null ? t('picture.noLevel') : t('picture.level', { db: number(Math.max(FLOOR, peak)) }),
      ].join(', ')
    : t('picture.none', { name });
  return (
    <span class="monitor" role="img" aria-label={label} data-old={(now && age > OLD) || undefined}>
      <span class="monitor-picture">
        {now ? <canvas ref={canvas} /> : <span class="monitor-none">{t('picture.noneShort')}</span>}
        {now && <span class="monitor-age figures">{t('time.seconds', { n: age })}</span>}
      </span>
      <span
        class="meter"
        data-loud={peak !== null && peak > -3 ? 'over' : undefined}
        style={{ backgroundSize: `100% ${Math.round(loud * 100)}%` }}
      />
    </span>
  );
}
