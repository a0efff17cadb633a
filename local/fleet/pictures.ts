/** The pictures of a simulated mixer: begun by a heartbeat's answer, ended when nobody looks, as contract/picture-loop.ts has it for real ones. */
import { PICTURE_ROUTE, PICTURE_WIDTH, pictureAnswerSchema, SILENCE } from '../../contract/pictures.ts';
import type { JsonObject } from '../azure/core/json.ts';
import type { OutboundAnswer } from '../azure/core/outside.ts';
import type { Sim } from '../azure/core/sim.ts';
import { agentOf } from './agent-state.ts';
import type { Uses } from './facets.ts';
import { homeOf } from './homes.ts';
import { proof } from './reach.ts';
import { hueOf, type Look, picture, speech } from './scene.ts';
import { sourceState } from './sources.ts';
import { toldOf } from './told.ts';

export const SHOW = 'machines.show';

/** Somebody looks: pictures from now on, unless they come already. */
export function beginShowing(sim: Sim<Uses>, id: string, start: number, seconds: number): void {
  const place = sim.resources.get(id);
  const agent = place && agentOf(place);
  if (!place || !agent || agent.start !== start || agent.showSeconds !== undefined) return;
  agent.showSeconds = seconds;
  sim.resources.save(place);
  show(sim, { id, start });
}

/** One picture. */
export function show(sim: Sim<Uses>, data: JsonObject): void {
  const place = sim.resources.get(String(data.id));
  const agent = place && agentOf(place);
  const told = place && toldOf(place);
  if (!place || !agent || !told || agent.start !== data.start || agent.showSeconds === undefined) return;
  const home = homeOf(place);
  if (home.startOf(sim, place) !== agent.start) return;
  // A picture a second of wall clock, however fast Azure is. Planned first, so that nothing that happens to this one stops the rest.
  agent.showJob = sim.jobs.schedule(SHOW, agent.showSeconds * sim.time.scale, { id: place.id, start: agent.start });
  sim.resources.save(place);
  const { dead, silent, broken } = home.condition(sim, place);
  const token = home.isOpen(sim, place) && !dead && !silent ? proof(sim, place, told) : undefined;
  if (token === undefined) return;
  const { programme } = told.sources;
  const seen = programme !== undefined && sourceState(sim, programme) === 'alive';
  const look: Look = broken ? 'black' : seen ? 'moving' : 'still';
  const seconds = sim.time.now() / 1000;
  const unit = sim.chance.uniform('level', place.id.toLowerCase(), Math.floor(seconds));
  const shown = picture({ width: PICTURE_WIDTH, hue: hueOf(told.language), seconds, look });
  sim.outside.call(
    {
      method: 'POST',
      url: new URL(`/${PICTURE_ROUTE}`, told.controlPlaneUrl).href,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        deploymentId: told.deploymentId,
        language: told.language,
        ...(told.component === undefined ? {} : { component: told.component }),
        type: 'image/png',
        picture: shown.toString('base64'),
        peakDb: look === 'moving' ? speech(seconds, unit) : SILENCE,
      }),
    },
    (answer) => {
      if (!wantedBy(answer)) endShowing(sim, place.id, agent.start);
    },
    () => {},
  );
}

function endShowing(sim: Sim<Uses>, id: string, start: number): void {
  const place = sim.resources.get(id);
  const agent = place && agentOf(place);
  if (!place || !agent || agent.start !== start) return;
  if (agent.showJob !== undefined) sim.jobs.cancel(agent.showJob);
  delete agent.showJob;
  delete agent.showSeconds;
  sim.resources.save(place);
}

function wantedBy({ status, body }: OutboundAnswer): boolean {
  if (status === 404 || status === 410) return false;
  try {
    return pictureAnswerSchema.parse(JSON.parse(body)).wanted;
  } catch {
    return true;
  }
}
