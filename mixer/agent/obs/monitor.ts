import { EventSubscription, type OBSEventTypes } from 'obs-websocket-js/json';
import { dbOf, type Frame, HEARD_SOURCE, PICTURE_WIDTH } from '../../../contract/pictures.ts';
import type { Obs } from './client.ts';
import { inputNameOf } from './inputs.ts';

/** Of JPEG, from 0 to 100: faces are known again, and a picture has about three kB. */
const QUALITY = 55;

/** What OBS says of one input: per channel magnitude, peak and peak before the fader, each as a factor. */
interface Levels {
  inputName?: unknown;
  inputLevelsMul?: unknown;
}
const peakIn = ({ inputLevelsMul }: Levels): number =>
  Math.max(0, ...(Array.isArray(inputLevelsMul) ? inputLevelsMul.map((channel) => Number(channel?.[1]) || 0) : []));

/** Small pictures of what is on air, and how loud it is. OBS tells levels twenty times a second: only while somebody looks. */
export class Monitor {
  readonly #obs: Obs;
  #peak = 0;
  #listening = false;

  constructor(obs: Obs) {
    this.#obs = obs;
    obs.on('InputVolumeMeters', ({ inputs }: OBSEventTypes['InputVolumeMeters']) => {
      for (const one of inputs as Levels[])
        if (one.inputName === inputNameOf(HEARD_SOURCE)) this.#peak = Math.max(this.#peak, peakIn(one));
    });
  }
  /** @throws Error when OBS does not answer, or has no such picture */
  async frame(): Promise<Frame> {
    const heard = this.#listening;
    if (!heard) await this.#listen(true);
    const { currentProgramSceneName } = await this.#obs.call('GetCurrentProgramScene');
    const { imageData } = await this.#obs.call('GetSourceScreenshot', {
      sourceName: currentProgramSceneName,
      imageFormat: 'jpg',
      imageWidth: PICTURE_WIDTH,
      imageCompressionQuality: QUALITY,
    });
    const peak = this.#peak;
    this.#peak = 0;
    // What was not listened to may be anything.
    const peakDb = heard ? dbOf(peak) : null;
    return { type: 'image/jpeg', picture: imageData.slice(imageData.indexOf(',') + 1), peakDb };
  }
  /** Nobody looks any more. */
  async rest(): Promise<void> {
    if (this.#listening) await this.#listen(false);
  }
  async #listen(yes: boolean): Promise<void> {
    this.#listening = yes;
    const { All, InputVolumeMeters } = EventSubscription;
    await this.#obs.reidentify({ eventSubscriptions: yes ? All | InputVolumeMeters : All });
  }
}
