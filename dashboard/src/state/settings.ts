/** What somebody has chosen for this browser: language, times, light. No secret and no token is ever kept. */
import { effect, signal } from '@preact/signals';

export type Times = 'local' | 'utc' | 'event';
export type Light = 'system' | 'dark' | 'light';
export const LANGUAGES = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof LANGUAGES;

function kept<T extends string>(name: string, known: readonly T[], fallback: T) {
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(`stream-control.${name}`);
  } catch {
    // Storage may be forbidden; then it is as if nothing had been chosen.
  }
  const value = signal<T>(known.find((one) => one === stored) ?? fallback);
  effect(() => {
    const chosen = value.value;
    try {
      if (chosen === fallback) localStorage.removeItem(`stream-control.${name}`);
      else localStorage.setItem(`stream-control.${name}`, chosen);
    } catch {
      // As above.
    }
  });
  return value;
}

const ownLanguage: Language = navigator.language.toLowerCase().startsWith('de') ? 'de' : 'en';
export const language = kept<Language>('language', ['en', 'de'], ownLanguage);
export const times = kept<Times>('times', ['local', 'utc', 'event'], 'local');
/** Small moving pictures cost data, which a hall may not have. */
export const pictures = kept<'on' | 'off'>('pictures', ['on', 'off'], 'on');
export const light = kept<Light>('light', ['system', 'dark', 'light'], 'system');

effect(() => {
  if (light.value === 'system') delete document.documentElement.dataset.light;
  else document.documentElement.dataset.light = light.value;
});
