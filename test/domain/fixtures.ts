import { readFileSync } from 'node:fs';
import { REDUCER_VERSION } from '../../domain/lifecycle/version.ts';
import { type DeployRequest, parseDeployRequest, requestHash } from '../../domain/request/deploy.ts';
import type { Installation } from '../../domain/seam/installation.ts';
import type { LifecycleInput } from '../../domain/seam/lifecycle-input.ts';
import { parseTemplate } from '../../domain/template/parse.ts';
import type { Template } from '../../domain/template/schema.ts';

export const T0 = Date.parse('2026-11-21T09:00:00Z');

const parsed = parseTemplate(readFileSync(new URL('../../templates/multilingual.yaml', import.meta.url), 'utf8'));
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
export const multilingual: Template = parsed.template;

export const defaults = { templates: { multilingual }, defaultRegion: 'westeurope', now: T0 };

export const installation: Installation = {
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  keyVaultUrl: 'https://control.vault.azure.net',
  mixerVaultUrl: 'https://mixers.vault.azure.net',
  images: {
    relay: 'registry.example/srt-relay:1',
    slides: 'registry.example/slide-splitter:1',
    mixer: '/subscriptions/s/resourceGroups/stream-control/providers/Microsoft.Compute/galleries/g/images/mixer',
  },
  identities: {
    containers: '/subscriptions/s/resourceGroups/stream-control/providers/Microsoft.ManagedIdentity/relay',
    mixers: '/subscriptions/s/resourceGroups/stream-control/providers/Microsoft.ManagedIdentity/mixer',
  },
  publicUrl: 'http://127.0.0.1:7071',
  timeScale: 1,
  localAgents: true,
};

export function requestOf(body: Record<string, unknown> = {}): DeployRequest {
  const result = parseDeployRequest({ event: 'demo', ...body }, defaults);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.request;
}

export function inputOf(body: Record<string, unknown> = {}, changes: Partial<LifecycleInput> = {}): LifecycleInput {
  const request = requestOf(body);
  return {
    version: REDUCER_VERSION,
    deploymentId: `${request.event}-mhx2k9a0-q7r8s9t0`,
    event: request.event,
    request,
    requestHash: requestHash(request),
    template: multilingual,
    installation,
    acceptedAt: new Date(T0).toISOString(),
    by: 'tester',
    ...changes,
  };
}

/** `count` languages that look real enough: aa, ab, ... */
export const languages = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26)));

/** A small seeded generator (mulberry32): the same seed gives the same run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let value = Math.imul(state ^ (state >>> 15), state | 1);
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61);
    return ((value ^ (value >>> 14)) >>> 0) / 4_294_967_296;
  };
}
