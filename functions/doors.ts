/** Every door of the control plane, in one list: what is registered is what OpenAPI shows. */
import { accessDoors } from './access.ts';
import { alertDoors } from './alerts.ts';
import { commandDoors } from './commands.ts';
import { credentialDoors } from './credentials.ts';
import { deployDoors } from './deploy.ts';
import type { Door } from './door.ts';
import { driftDoors } from './drift.ts';
import { eventDoors } from './events.ts';
import { healthDoors } from './health.ts';
import { heartbeatDoors } from './heartbeat.ts';
import { imageBuildDoors } from './image-builds.ts';
import { imageChangeDoors } from './image-changes.ts';
import { imageScheduleDoors } from './image-schedules.ts';
import { imageDoors } from './images.ts';
import { languageDoors } from './languages.ts';
import { liveDoors } from './live/index.ts';
import { livePictureDoors } from './live/pictures.ts';
import { meDoors } from './me.ts';
import { mixerDoors } from './mixers.ts';
import { openApiDoor } from './openapi.ts';
import { operationDoors } from './operations.ts';
import { pastDoors } from './past.ts';
import { pictureDoors } from './pictures/index.ts';
import { planDoors } from './plan.ts';
import { reaperDoors } from './reaper.ts';
import { scheduleDoors } from './schedules/index.ts';
import { sourceDoors } from './source.ts';
import { statusDoors } from './status.ts';
import { teamsDoors } from './teams/index.ts';
import { teardownDoors } from './teardown.ts';
import { templateDoors } from './templates.ts';
import { trainingDoors } from './training.ts';

export const doors: readonly Door[] = [
  ...deployDoors,
  ...planDoors,
  ...teardownDoors,
  ...statusDoors,
  ...eventDoors,
  ...driftDoors,
  ...credentialDoors,
  ...operationDoors,
  ...commandDoors,
  ...languageDoors,
  ...sourceDoors,
  ...accessDoors,
  ...heartbeatDoors,
  ...mixerDoors,
  ...alertDoors,
  ...teamsDoors,
  ...reaperDoors,
  ...scheduleDoors,
  ...templateDoors,
  ...imageDoors,
  ...imageBuildDoors,
  ...imageChangeDoors,
  ...imageScheduleDoors,
  ...healthDoors,
  ...liveDoors,
  ...livePictureDoors,
  ...pictureDoors,
  ...meDoors,
  ...pastDoors,
  ...trainingDoors,
  openApiDoor(() => doors),
];
