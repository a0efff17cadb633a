/** The pictures of a simulated mixer: begun by a heartbeat's answer, ended when nobody looks, as contract/picture-loop.ts has it for real ones. */
import { PICTURE_ROUTE, PICTURE_WIDTH, pictureAnswerSchema, SILENCE } from '../../contract/pictures.ts';
import { isUp } from '../azure/compute/vm-state.ts';
import type { JsonObject } from '../azure/core/json.ts';
import type { OutboundAnswer } from '../azure/core/outside.ts';
import type { Sim } from '../azure/core/sim.ts';
import { agentOf } from './agent-state.ts';
import { configOf } from './config.ts';
import type { Uses } from './facets.ts';
import { insideOf } from './faults.ts';
import { hasWayOut, proof } from './reach.ts';
import { hueOf, type Look, picture, speech } from './scene.ts';
import { sourceState } from './sources.ts';

export const SHOW = 'machines.show';

/** Somebody looks: pictures from now on, unless they come already. */
export function beginShowing(sim: Sim<Uses>, id: string, boots: number, seconds: number): void {
  const vm = sim.resources.get(id);
  const agent = vm && agentOf(vm);
  if (!vm || !agent || agent.boots !== boots || agent.showSeconds !== undefined) return;
  agent.showSeconds = seconds;
  sim.resources.save(vm);
  show(sim, { id, boots });
}

/** One picture. */
export function show(sim: Sim<Uses>, data: JsonObject): void {
  const vm = sim.resources.get(String(data.id));
  const agent = vm && agentOf(vm);
  const config = vm && configOf(vm);
  if (!vm || !agent || !config || !isUp(vm) || agent.boots !== data.boots || agent.showSeconds === undefined) return;
  // A picture a second of wall clock, however fast Azure is. Planned first, so that nothing that happens to this one stops the rest.
  agent.showJob = sim.jobs.schedule(SHOW, agent.showSeconds * sim.time.scale, { id: vm.id, boots: agent.boots });
  sim.resources.save(vm);
  const inside = insideOf(vm);
  const token = hasWayOut(sim, vm) && inside.silent === undefined ? proof(sim, vm, config) : undefined;
  if (token === undefined) return;
  const broken = inside.unhealthy !== undefined || inside.crashing !== undefined;
  const seen = sourceState(sim, config.programme) === 'alive';
  const look: Look = broken ? 'black' : seen ? 'moving' : 'still';
  const seconds = sim.time.now() / 1000;
  const unit = sim.chance.uniform('level', vm.id.toLowerCase(), Math.floor(seconds));
  const shown = picture({ width: PICTURE_WIDTH, hue: hueOf(config.language), seconds, look });
  sim.outside.call(
    {
      method: 'POST',
      url: new URL(`/${PICTURE_ROUTE}`, config.controlPlaneUrl).href,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        deploymentId: config.deploymentId,
        language: config.language,
        ...(config.component === undefined ? {} : { component: config.component }),
        type: 'image/png',
        picture: shown.toString('base64'),
        peakDb: look === 'moving' ? speech(seconds, unit) : SILENCE,
      }),
    },
    (answer) => {
      if (!wantedBy(answer)) endShowing(sim, vm.id, agent.boots);
    },
    () => {},
  );
}

function endShowing(sim: Sim<Uses>, id: string, boots: number): void {
  const vm = sim.resources.get(id);
  const agent = vm && agentOf(vm);
  if (!vm || !agent || agent.boots !== boots) return;
  if (agent.showJob !== undefined) sim.jobs.cancel(agent.showJob);
  delete agent.showJob;
  delete agent.showSeconds;
  sim.resources.save(vm);
}

function wantedBy({ status, body }: OutboundAnswer): boolean {
  if (status === 404 || status === 410) return false;
  try {
    return pictureAnswerSchema.parse(JSON.parse(body)).wanted;
  } catch {
    return true;
  }
}
