/** Before any suite, and once for all of them: packages are restored and the program around the extension is built. */
import { buildExtensionHost, missing } from './build.ts';

/** @throws with the compiler's own words */
export default function setup(): void {
  if (missing() === undefined) buildExtensionHost();
}
