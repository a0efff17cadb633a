/** The simulated Azure with stream-control's installation, agents and relays in it. */
import { createSimulator as createAzure, type Simulator, type SimulatorOptions } from '../azure/simulator.ts';
import { fleetProviders } from './index.ts';

export { DEFAULT_SUBSCRIPTION, DEFAULT_TENANT } from '../azure/simulator.ts';

export interface FleetOptions extends Omit<SimulatorOptions, 'webhook' | 'send'> {
  /** Where the control plane is, when the start knows: alerts go there. */
  controlPlane?: ControlPlane | undefined;
}
export interface ControlPlane {
  /** `http://127.0.0.1:7071` */
  readonly url?: string;
  /** The secret that alerts carry. */
  alertSecret?: string;
  /** Replaces the network, for control planes in this process. */
  send?: SimulatorOptions['send'];
}

/** As the simulator's own, with the fleet plugged in. @throws Error when the data folder is in use or the fault plan is none */
export const createSimulator = ({ controlPlane, ...options }: FleetOptions): Simulator =>
  createAzure({
    providers: fleetProviders,
    ...options,
    webhook: () => webhook(controlPlane),
    send: controlPlane?.send,
  });

function webhook({ url, alertSecret }: ControlPlane = {}): string | undefined {
  if (!url) return undefined;
  return `${url.replace(/\/$/, '')}/api/alerts${alertSecret ? `?code=${encodeURIComponent(alertSecret)}` : ''}`;
}
