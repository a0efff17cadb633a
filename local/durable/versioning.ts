/** Which orchestration versions this app runs (DTFx VersioningSettings.cs); in force only when host.json sets defaultVersion. */
import type { Settings } from './settings.ts';

/** What to do with an instance of this version: nothing (undefined), leave it to another app, or fail it. */
export function versionProblem(version: string, settings: Settings): 'Reject' | 'Fail' | undefined {
  const { defaultVersion, versionMatchStrategy, versionFailureStrategy } = settings;
  if (defaultVersion === '' || versionMatchStrategy === 'None') return undefined;
  const fits =
    versionMatchStrategy === 'Strict' ? version === defaultVersion : compareVersions(version, defaultVersion) <= 0;
  return fits ? undefined : versionFailureStrategy;
}

/** Numbers part by part where both are dotted numbers, else as text; no version is the oldest. */
export function compareVersions(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '') return -1;
  if (b === '') return 1;
  const numeric = /^\d+(\.\d+)*$/;
  if (!numeric.test(a) || !numeric.test(b)) return a.toLowerCase() < b.toLowerCase() ? -1 : 1;
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return Math.sign(difference);
  }
  return 0;
}
