/** What people are told of a build when it has ended. */
import { BUILD_EVENT, type BuildRecord } from '../seam/image-build.ts';
import type { Notification } from '../seam/records.ts';

/** The same for a record whenever it is asked. */
export function builtNotice(record: BuildRecord): Notification {
  const { buildId, image, version, outcome, failure, remains, cost, acceptedAt, endedAt } = record;
  const minutes = Math.round((Date.parse(endedAt) - Date.parse(acceptedAt)) / 60_000);
  const what = outcome === 'done' ? 'is built and proved' : `was not built: ${failure?.code}: ${failure?.message}`;
  const left =
    remains.length === 0
      ? 'nothing else is left'
      : `${remains.length === 1 ? 'one thing is' : `${remains.length} things are`} left: stream-control image builds ${image} ${buildId}`;
  return {
    deploymentId: buildId,
    event: BUILD_EVENT[image],
    title: `Image ${image} ${version}`,
    kind: 'image',
    text: `Image ${image} ${version} ${what} (${minutes} min, ${cost.total.toFixed(2)} ${cost.currency}; ${left})`,
    at: endedAt,
  };
}
