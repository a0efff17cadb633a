/** .NET TimeSpan texts, as host.json and timer schedules write durations. */

/**
 * @param text `[-][d.]hh:mm:ss[.fffffff]`, for example `00:05:00` or `1.12:00:00`
 * @returns milliseconds, or undefined when `text` is not a TimeSpan
 */
export function parseTimeSpan(text: string): number | undefined {
  const match = /^(-)?(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d{1,7}))?)?$/.exec(text.trim());
  if (!match) return undefined;
  const [, sign, days = '0', hours = '0', minutes = '0', seconds = '0', fraction = ''] = match;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds) > 59) return undefined;
  const whole = ((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds);
  const total = whole * 1000 + Math.round(Number(`0.${fraction || '0'}`) * 1000);
  return sign ? -total : total;
}

/** @param ms milliseconds @returns `hh:mm:ss`, with `d.` in front and seven decimals behind when they are needed */
export function formatTimeSpan(ms: number): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const days = Math.floor(ms / 86_400_000);
  const seconds = Math.floor(ms / 1000);
  const fraction = ms % 1000 ? `.${String(Math.round(ms % 1000)).padStart(3, '0')}0000` : '';
  return `${days ? `${days}.` : ''}${two(Math.floor(seconds / 3600) % 24)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction}`;
}
