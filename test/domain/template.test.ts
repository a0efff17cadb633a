// biome-ignore-all lint/suspicious/noExplicitAny: templates are changed into what they must not be
// biome-ignore-all lint/suspicious/noAssignInExpressions: a change is an assignment, and one line shows it beside what it is refused for
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references in templates are written so
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { parseTemplate } from '../../domain/template/parse.ts';
import { multilingual } from './fixtures.ts';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const text = read('templates/multilingual.yaml');

/** Problems of the multilingual template after a change, as `path: message`. */
function problemsAfter(change: (template: Record<string, never>) => void): string[] {
  const template = JSON.parse(JSON.stringify(parse(text, { merge: true }))) as Record<string, never>;
  change(template);
  const result = parseTemplate(stringify(template));
  return result.ok ? [] : result.problems.map(({ path, message }) => `${path}: ${message}`);
}
const changed = (change: (template: any) => void) => problemsAfter(change);

test.each(
  [...readdirSync('templates').map((name) => `templates/${name}`), 'examples/templates/two-relays.yaml'].filter(
    (name) => name.endsWith('.yaml'),
  ),
)('%s is a template', (path) => {
  const result = parseTemplate(read(path));
  expect(result.ok ? [] : result.problems).toEqual([]);
});

describe('a template with', () => {
  it.each<[string, (template: any) => void, RegExp]>([
    [
      'a reference to nothing',
      (t) => void (t.components.relay.environment.X = '${components.nobody.host}'),
      /^components\.relay\.environment\.X: .*stands for nothing/,
    ],
    [
      'a reference to a port that is not there',
      (t) => void (t.components.mixer.userData.y = '${components.relay.ports.none}'),
      /^components\.mixer\.userData\.y: .*stands for nothing/,
    ],
    [
      'a reference in the network to nothing',
      (t) => void (t.network.subnets.containers.inbound[0].ports = ['${components.relay.ports.none}']),
      /^network\.subnets\.containers\.inbound\.0\.ports\.0: .*stands for nothing/,
    ],
    [
      'a region that is made',
      (t) => void (t.components.relay.region = '${self.host}'),
      /^components\.relay\.region: may refer to a parameter/,
    ],
    [
      'a region of no parameter',
      (t) => void (t.components.relay.region = '${parameters.none}'),
      /^components\.relay\.region: may refer to a parameter/,
    ],
    [
      'a parameter that is not there',
      (t) => void (t.components.relay.environment.X = '${parameters.none}'),
      /stands for nothing/,
    ],
    [
      'a broken reference',
      (t) => void (t.components.relay.environment.X = '${event.title'),
      /^components\.relay\.environment\.X: .*reference/,
    ],
    [
      'a cycle',
      (t) => {
        t.components.relay.environment.X = '${components.slides.address}';
        t.components.slides.environment.X = '${components.relay.address}';
      },
      /waits for itself: relay -> slides -> relay/,
    ],
    [
      'a port that Azure keeps',
      (t) => void (t.components.relay.ports.ingest = '9999/udp'),
      /^components\.relay\.ports\.ingest: .*reserves/,
    ],
    [
      'one number on both protocols',
      (t) => void (t.components.relay.ports.health = '9998/tcp'),
      /^components\.relay\.ports\.(ingest|health): .*twice/,
    ],
    [
      'six ports',
      (t) => void Object.assign(t.components.relay.ports, { a: '8001/tcp', b: '8002/tcp', c: '8003/tcp' }),
      /^components\.relay\.ports: has 6 ports/,
    ],
    ['each: language without languages', (t) => void delete t.languages, /^languages: is needed/],
    [
      'languages for nothing',
      (t) => {
        delete t.components.mixer;
        delete t.components.light;
        delete t.secrets.windows;
        delete t.secrets.stream;
      },
      /^languages: means nothing/,
    ],
    ['count and each', (t) => void (t.components.mixer.count = 2), /^components\.mixer\.count: cannot be set together/],
    [
      'an unknown kind',
      (t) => void (t.components.relay.kind = 'toaster'),
      /^components\.relay\.kind: there is no such kind; there are containers, machine/,
    ],
    ['an unknown field', (t) => void (t.components.relay.colour = 'red'), /^components\.relay/],
    [
      'a secret that is not there',
      (t) => void (t.components.relay.secrets.INGEST_PASSPHRASE = 'nope'),
      /^components\.relay\.secrets\.INGEST_PASSPHRASE: there is no secret nope/,
    ],
    ['a stream key in a container', (t) => void (t.components.relay.secrets.KEY = 'stream'), /never leaves its vault/],
    [
      'a secret outside credentials',
      (t) => void (t.components.relay.environment.X = '${secrets.programme}'),
      /^components\.relay\.environment\.X: must not hold secrets/,
    ],
    [
      'a source from nobody',
      (t) => void (t.components.mixer.sources.programme = 'nobody'),
      /^components\.mixer\.sources\.programme: there is no component nobody/,
    ],
    [
      'a subnet that is not there',
      (t) => void (t.components.mixer.subnet = 'attic'),
      /^components\.mixer\.subnet: there is no subnet attic/,
    ],
    ['a container that is recreated', (t) => void (t.components.relay.heal = ['recreate']), /^components\.relay\.heal/],
    [
      'two components of one stem',
      (t) => void (t.components.second = { ...t.components.mixer }),
      /two nodes of the plan would be called/,
    ],
    ['a name with a hyphen', (t) => void (t.components['re-lay'] = t.components.relay), /^components\.re-lay/],
    [
      'a secret called as every deployment’s own',
      (t) => void (t.secrets.agent = { make: 'passphrase', vault: 'mixers' }),
      /^secrets\.agent: is a name/,
    ],
    [
      'a secret by name that is not there',
      (t) => void (t.components.light.secretNames.SECRET_EGRESS = 'nope'),
      /^components\.light\.secretNames\.SECRET_EGRESS: there is no secret nope/,
    ],
    [
      'a name of a secret in a vault that agents cannot read',
      (t) => void (t.components.light.secretNames.SECRET_EGRESS = 'programme'),
      /^components\.light\.secretNames\.SECRET_EGRESS: programme is in a vault that agents cannot read/,
    ],
    [
      'names of secrets and no identity that reads them',
      (t) => void (t.components.light.identities = ['containers']),
      /^components\.light\.identities: must have mixers/,
    ],
    [
      'a name that is a variable already',
      (t) => void (t.components.light.environment.SECRET_EGRESS = 'x'),
      /^components\.light\.secretNames\.SECRET_EGRESS: is set in environment/,
    ],
    [
      'a way of mixing for no language',
      (t) => void (t.components.relay.mixing = 'obs'),
      /^components\.relay\.mixing: is for components with each/,
    ],
    [
      'a reference to nothing in what only some languages have',
      (t) => void (t.components.light.environment.X = '${components.nobody.host}'),
      /^components\.light\.environment\.X: .*stands for nothing/,
    ],
    ['a sound that is none', (t) => void (t.audio = { french: 17 }), /^audio\.french: must be a track from 1 to 16/],
    [
      'a secret for each of what is there once',
      (t) => void (t.secrets.windows.each = 'relay'),
      /^secrets\.windows\.each: must be language, or a component with count or each/,
    ],
    ['a step without times', (t) => void delete t.steps.machine, /^steps: must say how long machine takes/],
    ['schema 1', (t) => void (t.schema = 1), /^schema: must be 2/],
  ])('%s is refused with its path', (_what, change, problem) => {
    expect(
      changed(change).some((one) => problem.test(one)),
      changed(change).join('\n'),
    ).toBe(true);
  });

  it('an image from elsewhere is refused where the installation says so', () => {
    const elsewhere = text.replace('image: relay', 'image: evil.example/relay:1');
    const result = parseTemplate(elsewhere, () => 'must be in the registry of RELAY_IMAGE');
    expect(result.ok ? [] : result.problems).toEqual([
      { path: 'components.relay.image', message: 'must be in the registry of RELAY_IMAGE' },
    ]);
  });
});

it('is told in words when it is no YAML', () => {
  expect(parseTemplate('{')).toMatchObject({ ok: false, problems: [{ message: expect.stringContaining('YAML') }] });
  expect(multilingual.components.relay?.kind).toBe('containers');
});
