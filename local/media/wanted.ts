/** What should run for real, read from the simulated resources. */
import type { UserData } from '../../contract/user-data.ts';
import { agentReady, stateOf, VM } from '../azure/compute/vm-state.ts';
import { containersOf, lifeOf } from '../azure/container-instance/instance-view.ts';
import { groupState, moment } from '../azure/container-instance/life.ts';
import { CONTAINER_GROUP } from '../azure/container-instance/quota.ts';
import { child, text } from '../azure/core/json.ts';
import type { Resource } from '../azure/core/model.ts';
import type { Sim } from '../azure/core/sim.ts';
import { latest, SecretStore } from '../azure/key-vault/secret-store.ts';
import { configOf } from '../fleet/config.ts';
import { environmentOf, type Told, toldOf } from '../fleet/told.ts';
import { loopback } from './address.ts';

export interface WantedContainer {
  id: string;
  name: string;
  address: string;
  environment: Record<string, string>;
}
export interface WantedMixer {
  id: string;
  name: string;
  address: string;
  /** Grows with each boot: a new boot is a new agent. */
  boots: number;
  config: UserData;
  /** Everything the machine was told, unknown fields included. */
  userData: Record<string, unknown>;
  /** Secret name -> value, of those its userData names. */
  secrets: Record<string, string>;
}

/** A light mixer: its container's environment, with the secrets that it names. */
export interface WantedLight extends WantedContainer {
  told: Told;
  /** Secret name -> value. */
  secrets: Record<string, string>;
}

/** The vault of that name, as `https://NAME.vault.azure.net` names it. */
const vaultOf = (url: string): string => new URL(url).hostname.split('.')[0] ?? '';

function secret(sim: Sim<'store'>, vault: string, name: string | undefined): string | undefined {
  const found = name === undefined ? undefined : new SecretStore(sim).get(vault, name);
  return found && !found.deleted ? latest(found).value : undefined;
}

/** Public name on Azure -> loopback address, of all container groups, running or not: mixers know relays by name. */
export const groupHosts = (sim: Sim<'resources'>): Map<string, string> =>
  new Map(
    sim.resources
      .ofType(CONTAINER_GROUP)
      .map((group) => [text(child(group.properties, 'ipAddress'), 'fqdn') ?? '', loopback(group.id)]),
  );

/** Deployments that have container groups, running or not. */
export const deploymentsOf = (sim: Sim<'resources'>): Set<string> =>
  new Set(sim.resources.ofType(CONTAINER_GROUP).flatMap(({ tags }) => tags?.deployment ?? []));

/** Container groups of our images that run, each with its environment. */
function running(
  sim: Sim<'time' | 'resources' | 'operations'>,
  images: ReadonlySet<string>,
): { group: Resource; environment: Record<string, string> }[] {
  return sim.resources.ofType(CONTAINER_GROUP).flatMap((group) => {
    const first = containersOf(group)[0];
    const life = lifeOf(sim, group);
    if (!first || !images.has(first.image) || groupState(life, sim.time.now()) !== 'Running') return [];
    if (moment(life, sim.time.now(), first).state !== 'Running') return [];
    return [{ group, environment: environmentOf(group) }];
  });
}

/** Relays that run. Their secure values are stored nowhere, so they are read where the control plane read them. */
export function wantedContainers(
  sim: Sim<'time' | 'store' | 'resources' | 'operations'>,
  images: ReadonlySet<string>,
): WantedContainer[] {
  return running(sim, images).flatMap(({ group, environment }) => {
    if (environment.ROLE === 'light' || isServer(environment)) return [];
    const deployment = group.tags?.deployment;
    const ingest = secret(sim, 'control', `${deployment}-${environment.ROLE === 'slides' ? 'slides' : 'programme'}`);
    const egress = secret(sim, 'mixers', `${deployment}-egress`);
    if (ingest === undefined || egress === undefined) return [];
    const address = loopback(group.id);
    return [
      {
        id: group.id,
        name: group.name,
        address,
        environment: { ...environment, INGEST_PASSPHRASE: ingest, EGRESS_PASSPHRASE: egress, BIND: address },
      },
    ];
  });
}

/** What the programs of a stream server are called, and the variable that leads each to another. */
const SERVER_ROLES = ['access', 'ingest', 'playback', 'hls'];
const isServer = ({ ROLE = '' }: Record<string, string>): boolean => SERVER_ROLES.includes(ROLE);

/** Programs of stream servers that run, as soon as those that they name have an address. */
export function wantedServers(
  sim: Sim<'time' | 'store' | 'resources' | 'operations'>,
  images: ReadonlySet<string>,
): WantedContainer[] {
  const hosts = groupHosts(sim);
  return running(sim, images).flatMap(({ group, environment }) => {
    const shared = isServer(environment) ? secret(sim, 'control', `${group.tags?.deployment}-access`) : undefined;
    const { ACCESS_HOST, INGEST_HOST } = environment;
    const led = Object.entries({ ACCESS_HOST, INGEST_HOST }).flatMap(([name, host]) => (host ? [[name, host]] : []));
    if (shared === undefined || !led.every(([, host = '']) => hosts.has(host))) return [];
    const address = loopback(group.id);
    const found = Object.fromEntries(led.map(([name = '', host = '']) => [name, hosts.get(host) ?? '']));
    const own = { ...environment, ...found, ACCESS_SECRET: shared, BIND: address };
    return [{ id: group.id, name: group.name, address, environment: own }];
  });
}

/** The values of secrets, by name, as far as the vault has them. */
function valuesOf(sim: Sim<'store'>, vaultUrl: string, names: readonly (string | undefined)[]): Record<string, string> {
  const vault = vaultOf(vaultUrl);
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = secret(sim, vault, name);
      return name === undefined || value === undefined ? [] : [[name, value]];
    }),
  );
}

/** Light mixers that run. */
export const wantedLights = (
  sim: Sim<'time' | 'store' | 'resources' | 'operations'>,
  images: ReadonlySet<string>,
): WantedLight[] =>
  running(sim, images).flatMap(({ group, environment }) => {
    const told = environment.ROLE === 'light' ? toldOf(group) : undefined;
    if (!told) return [];
    const names = [environment.SECRET_STREAM_KEY, environment.SECRET_EGRESS, environment.SECRET_AGENT_TOKEN];
    const secrets = valuesOf(sim, told.vaultUrl, names);
    return [{ id: group.id, name: group.name, address: loopback(group.id), environment, told, secrets }];
  });

/** Machines that are up and were told to be mixers. */
export function wantedMixers(sim: Sim<'time' | 'store' | 'resources'>): WantedMixer[] {
  return sim.resources.ofType(VM).flatMap((vm) => {
    const config = configOf(vm);
    const { userData, boots } = stateOf(vm);
    if (!config || !userData || !agentReady(sim, vm)) return [];
    const decoded = JSON.parse(Buffer.from(userData, 'base64').toString()) as Record<string, unknown>;
    const secrets = valuesOf(sim, config.vaultUrl, Object.values(config.secrets));
    return [{ id: vm.id, name: vm.name, address: loopback(vm.id), boots, config, userData: decoded, secrets }];
  });
}
