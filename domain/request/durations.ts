const UNIT: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
const SHORT = /^(\d+(?:\.\d+)?[smhdw])+$/;
const ISO =
  /^P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$/;

/**
 * Reads `90m`, `24h`, `7d`, `1h30m` or an ISO 8601 duration of weeks to seconds (`PT90M`, `P1DT2H`).
 * @returns whole seconds, or undefined when the text is no duration
 */
export function parseDuration(text: string): number | undefined {
  const value = text.trim();
  let seconds = 0;
  if (SHORT.test(value)) {
    for (const [, amount, unit] of value.matchAll(/(\d+(?:\.\d+)?)([smhdw])/g))
      seconds += Number(amount) * (UNIT[unit as string] as number);
  } else {
    const match = ISO.exec(value);
    if (!match || /[PT]$/.test(value)) return undefined;
    const [, weeks = 0, days = 0, hours = 0, minutes = 0, rest = 0] = match;
    seconds =
      Number(weeks) * 604_800 + Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
  }
  return Number.isFinite(seconds) ? Math.round(seconds) : undefined;
}

/** The shortest exact form with one unit per step: 5400 -> `1h30m`, 86400 -> `24h`, 604800 -> `7d`. */
export function formatDuration(seconds: number): string {
  let left = Math.max(0, Math.round(seconds));
  if (left === 0) return '0s';
  if (left >= 172_800 && left % 86_400 === 0) return `${left / 86_400}d`;
  let text = '';
  for (const [unit, size] of [
    ['h', 3600],
    ['m', 60],
    ['s', 1],
  ] as const) {
    const amount = Math.floor(left / size);
    if (amount > 0) text += `${amount}${unit}`;
    left %= size;
  }
  return text;
}
