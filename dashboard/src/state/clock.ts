/** The control plane's clock, and how long ago it was heard last. */
import { computed, signal } from '@preact/signals';
import { SILENT } from '../api/silence.ts';

/** Milliseconds that the control plane's clock is ahead of this machine's. */
const ahead = signal(0);
const heardAt = signal(performance.now());
const beat = signal(performance.now());
setInterval(() => {
  beat.value = performance.now();
}, 200);

/** Milliseconds since the Unix epoch, whole seconds, as the control plane has them. */
export const second = computed(() => {
  void beat.value;
  return Math.floor((Date.now() + ahead.value) / 1000) * 1000;
});
/** Milliseconds since anything was heard. */
export const age = computed(() => Math.max(0, beat.value - heardAt.value));
/** Whether what is shown may not be so any more. */
export const stale = computed(() => age.value > SILENT);
/** Whole seconds of {@link age}, for words. */
export const ageSeconds = computed(() => Math.floor(age.value / 1000));

export function heard(): void {
  heardAt.value = performance.now();
}
export function clockSaid(now: string): void {
  const difference = Date.parse(now) - Date.now();
  // Ways of messages differ by some tenths of a second: only what is more is another clock.
  if (Math.abs(difference - ahead.value) > 900) ahead.value = difference;
}
/** Counts as old at once: the stream is cut. */
export function silent(): void {
  heardAt.value = Math.min(heardAt.value, performance.now() - SILENT - 1);
  beat.value = performance.now();
}
