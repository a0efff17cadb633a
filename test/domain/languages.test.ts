import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FLOOR } from '../../contract/stream-id.ts';
import { compilePlan } from '../../domain/plan/compile.ts';
import { initialLayout } from '../../domain/plan/initial.ts';
import { nodeSpec } from '../../domain/plan/specs.ts';
import { parseDeployRequest } from '../../domain/request/deploy.ts';
import { sharedSounds, usualSound } from '../../domain/request/sounds.ts';
import type { NodeSpec } from '../../domain/seam/node-spec.ts';
import { decodeStatus } from '../../domain/status/decode.ts';
import { encodeStatus } from '../../domain/status/encode.ts';
import { languagesIn } from '../../domain/status/parts.ts';
import { parseTemplate } from '../../domain/template/parse.ts';
import { defaults, inputOf, installation, languages, multilingual } from './fixtures.ts';
import { change, done, live } from './live.ts';

const parsed = parseTemplate(readFileSync(new URL('../../templates/interpreted.yaml', import.meta.url), 'utf8'));
if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
const interpreted = parsed.template;
const templates = { multilingual, interpreted };
const asked = (body: object) => parseDeployRequest({ event: 'demo', ...body }, { ...defaults, templates });
const adding = (add: string[]) => ({ command: 'languages' as const, add, remove: [], keysGiven: false });
const problems = (body: object) => {
  const result = asked(body);
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
};
const containersOf = (body: Record<string, unknown>, id: string) => {
  const input = inputOf(body);
  return nodeSpec(input, initialLayout(input), id) as Extract<NodeSpec, { kind: 'containers' }>;
};

describe('how languages are mixed', () => {
  it('is said per language, and only what is not usual is kept', () => {
    const result = asked({ mixing: { french: 'light', spanish: 'obs' } });
    expect(result.ok && result.request.mixing).toEqual({ french: 'light' });
    expect(asked({}).ok && 'mixing' in (asked({}) as object)).toBe(false);
  });

  it('decides which components a language has', () => {
    const nodes = compilePlan(inputOf({ mixing: { french: 'light' } }).request, multilingual, installation).nodes;
    const ids = nodes.map(({ id }) => id);
    expect(ids.filter((id) => id.endsWith('-french'))).toEqual(['light-french', 'check-light-french']);
    expect(ids.filter((id) => id.endsWith('-spanish'))).toEqual([
      'pip-spanish',
      'nic-spanish',
      'mixer-spanish',
      'check-mixer-spanish',
    ]);
  });

  it.each([
    [{ mixing: { french: 'vmix' } }, /^mixing\.french: must be one of obs, light$/],
    [{ mixing: { german: 'light' } }, /^mixing\.german: is no language .*original, spanish, french/],
    [{ template: 'interpreted', mixing: { french: 'light' } }, /^mixing\.french: .*in one way; leave it out/],
    [{ audio: { french: 17 } }, /^audio\.french: must be a track from 1 to 16$/],
    [{ audio: { french: '0' } }, /^audio\.french: must be a track from 1 to 16$/],
    [{ audio: { french: 'what is this' } }, /^audio\.french: must be an ISO 639 code/],
    [{ audio: { german: 'deu' } }, /^audio\.german: is no language/],
    [{ audio: { 'abcd-1234-efgh': 'deu' } }, /^audio: is no language .*not repeated here/],
  ])('%j is refused', (body, problem) => {
    expect(problems(body)).toEqual([expect.stringMatching(problem)]);
  });

  it('gives a light mixer names of secrets and no secret, an identity that reads them, and no address', () => {
    const spec = containersOf({ mixing: { french: 'light' }, audio: { french: '2' } }, 'light-french');
    expect(spec).toMatchObject({ ports: [], secureEnvironment: {}, cpu: 1 });
    expect(spec.dnsLabel).toBeUndefined();
    expect(spec.identityIds).toEqual([installation.identities.containers, installation.identities.mixers]);
    expect(spec.environment).toMatchObject({
      ...{ ROLE: 'light', AUDIO: '2', LANGUAGE: 'french', COMPONENT: 'light-french' },
      SECRET_STREAM_KEY: 'demo-mhx2k9a0-q7r8s9t0-stream-french',
      SECRET_EGRESS: 'demo-mhx2k9a0-q7r8s9t0-egress',
      VAULT_URL: installation.mixerVaultUrl,
    });
  });

  it('makes no Windows password for a language without a machine', () => {
    const input = inputOf({ mixing: { french: 'light' } });
    const spec = nodeSpec(input, initialLayout(input), 'secrets') as Extract<NodeSpec, { kind: 'secrets' }>;
    const windows = spec.make.map(({ secret }) => secret).filter((secret) => secret.includes('windows'));
    expect(windows.map((secret) => secret.split('-').at(-1))).toEqual(['original', 'spanish']);
  });

  it('asks for what a light mixer delivers only where there are keys', () => {
    const check = (body: Record<string, unknown>) => {
      const input = inputOf({ ...body, mixing: { french: 'light' } });
      return nodeSpec(input, initialLayout(input), 'check-light-french');
    };
    expect(check({ youtubeKeys: ['a-1', 'b-2', 'c-3'] })).toMatchObject({ kind: 'check-agent', delivers: true });
    expect(check({})).not.toHaveProperty('delivers');
  });
});

describe('a live event', () => {
  it('takes in a light language and lets it go without touching any other', () => {
    const world = live();
    const before = { ...world.state.work.nodes };
    const add = { ...adding(['german']), mixing: { german: 'light' }, audio: { german: '4' } };
    expect(done(world, add)).toMatchObject({ outcome: 'done' });
    expect(world.state.plan.layout.members.at(-1)).toEqual({ name: 'light', each: 'german', variant: 1, audio: '4' });
    for (const id of ['relay', 'vnet', 'mixer-french']) expect(world.state.work.nodes[id]).toEqual(before[id]);
    const shown = decodeStatus(world.input, encodeStatus(world.input, world.state));
    expect(shown.members).toEqual(world.state.plan.layout.members);
    expect(done(world, change([], ['german']))).toMatchObject({ outcome: 'done' });
    expect([...world.resources].filter((name) => name.includes('german'))).toEqual([]);
    expect(world.violations).toEqual([]);
  });

  it('brings a language back as its request had it', () => {
    const world = live({}, { mixing: { french: 'light' }, audio: { french: 'deu' } });
    done(world, change([], ['french']));
    expect(done(world, change(['french']))).toMatchObject({ outcome: 'done' });
    expect(world.state.plan.layout.members.at(-1)).toMatchObject({
      name: 'light',
      each: 'french',
      audio: 'deu',
      variant: 2,
    });
    done(world, change([], ['french']));
    done(world, { ...adding(['french']), mixing: { french: 'obs' } });
    expect(world.state.plan.layout.members.find(({ each }) => each === 'french')).toMatchObject({ name: 'mixer' });
  });

  it('names its languages in the order of the request, whatever they are mixed by', () => {
    const input = inputOf({ mixing: { original: 'light' } });
    expect(languagesIn(input, initialLayout(input))).toEqual(['original', 'spanish', 'french']);
  });

  it('shows fifty languages that all have a sound of their own', () => {
    const all = languages(50);
    const audio = Object.fromEntries(all.map((each, index) => [each, `${(index % 16) + 1}`]));
    const mixing = Object.fromEntries(all.map((each) => [each, 'light']));
    const world = live({}, { languages: all.slice(0, 1) });
    expect(done(world, { ...adding(all.slice(1)), audio, mixing })).toMatchObject({ outcome: 'done' });
    const status = encodeStatus(world.input, world.state);
    expect(JSON.stringify(status).length).toBeLessThan(7900);
    expect(decodeStatus(world.input, status).members).toEqual(world.state.plan.layout.members);
  });
});

describe('the sound of a language', () => {
  it.each([
    ['french', 'fr'],
    ['fr', 'fr'],
    ['pt-br', 'pt'],
    ['fil', 'fil'],
    ['original', FLOOR],
    ['klingon', FLOOR],
  ])('%s is by itself %s', (language, sound) => {
    expect(usualSound({}, language)).toBe(sound);
  });
  it('is as the template says where that does', () => {
    expect(usualSound({ audio: { klingon: 'tlh' } }, 'klingon')).toBe('tlh');
  });
  it('may be that of another one, which is said', () => {
    expect(
      sharedSounds([
        ['french', 'fra'],
        ['walloon', 'fr'],
        ['original', FLOOR],
        ['other', FLOOR],
      ]),
    ).toEqual(['french and walloon have the same sound, fr']);
  });
});
