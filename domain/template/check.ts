/** What can only be seen of a template as a whole: references, cycles, names that would meet. */
import { kindOf } from '../kinds/index.ts';
import { AGENT_SECRET, MAX_LANGUAGES } from '../names.ts';
import { own } from '../own.ts';
import { imagined } from '../plan/compile.ts';
import { awaited, planGraph } from '../plan/graph.ts';
import { initialLayout } from '../plan/initial.ts';
import { partOf, sharedScope, standingParts } from '../plan/parts.ts';
import { brokenIn, referencesIn } from '../references.ts';
import type { DeployRequest } from '../request/deploy.ts';
import type { Problem } from '../request/problems.ts';
import { IMAGES } from '../seam/installation.ts';
import type { LifecycleInput } from '../seam/lifecycle-input.ts';
import { CORE_STEPS, type ComponentRule, hasLanguages, mixingsOf, type Template } from './schema.ts';

/** Why an image that is no installation's name may not run; undefined when it may. */
export type ImageRule = (image: string) => string | undefined;

export function templateProblems(template: Template, images: ImageRule = () => undefined): Problem[] {
  const problems: Problem[] = [];
  const problem = (path: string, message: string) => void problems.push({ path, message });
  languageProblems(template, problem);
  for (const [name, rule] of Object.entries(template.components)) {
    const at = `components.${name}`;
    for (const { path, message } of kindOf(rule).problems(rule, template)) problem(`${at}.${path}`, message);
    componentProblems(template, name, rule, (path, message) => problem(`${at}.${path}`, message));
    imageProblem(rule, images, (message) => problem(`${at}.image`, message));
  }
  secretProblems(template, problem);
  for (const path of brokenIn(template)) problem(path, `has \${ without a reference and } behind it`);
  const steps = new Set([...CORE_STEPS, ...Object.values(template.components).flatMap((rule) => kindOf(rule).steps)]);
  for (const step of steps)
    if (!Object.hasOwn(template.steps, step)) problem('steps', `must say how long ${step} takes`);
  for (const cycle of cycles(template)) problem(`components.${cycle[0]}`, `waits for itself: ${cycle.join(' -> ')}`);
  if (problems.length === 0) wholeProblems(template, problem);
  return problems;
}

type Tell = (path: string, message: string) => void;

function languageProblems(template: Template, problem: Tell): void {
  const needed = hasLanguages(template);
  if (needed && !template.languages) problem('languages', 'is needed, as there are components with each: language');
  if (!needed && template.languages) problem('languages', 'means nothing without a component with each: language');
}

function componentProblems(template: Template, name: string, rule: ComponentRule, problem: Tell): void {
  if (rule.each !== undefined && rule.count !== undefined) problem('count', 'cannot be set together with each');
  if (rule.mixing !== undefined && rule.each === undefined) problem('mixing', 'is for components with each: language');
  for (const [source, sender] of Object.entries(rule.sources))
    if (sender === name) problem(`sources.${source}`, 'cannot be the component itself');
    else if (!Object.hasOwn(template.components, sender))
      problem(
        `sources.${source}`,
        `there is no component ${sender}; there are ${Object.keys(template.components).join(', ')}`,
      );
  for (const [path, reference] of referencesIn(rule)) {
    const [space, secret = ''] = reference.split('.');
    if (space !== 'secrets') continue;
    if (!path.startsWith('credentials.'))
      problem(path, 'must not hold secrets: only credentials are filled in when somebody asks');
    else if (!Object.hasOwn(template.secrets, secret)) problem(path, `there is no secret ${secret}`);
  }
}

function imageProblem(rule: ComponentRule, images: ImageRule, problem: (message: string) => void): void {
  const { image } = rule as { image?: unknown };
  if (typeof image !== 'string' || Object.values(IMAGES).some((names: readonly string[]) => names.includes(image)))
    return;
  const why = images(image);
  if (why !== undefined) problem(why);
}

function secretProblems({ secrets, components }: Template, problem: Tell): void {
  const given = Object.entries(secrets).filter(([, rule]) => 'given' in rule);
  for (const [name] of given.slice(1)) problem(`secrets.${name}`, 'only one secret can be given');
  for (const [name, { each }] of Object.entries(secrets)) {
    if (name === AGENT_SECRET || name === 'op')
      problem(`secrets.${name}`, 'is a name that every deployment uses itself');
    if (each === undefined) continue;
    const meant = own(components, each);
    const several = meant?.count !== undefined || meant?.each !== undefined;
    if (each === 'language' ? !hasLanguages({ components }) : !several)
      problem(
        `secrets.${name}.each`,
        each === 'language'
          ? 'needs a component with each: language'
          : 'must be language, or a component with count or each',
      );
  }
}

/** Components that wait for each other's addresses. */
function cycles({ components }: Template): string[][] {
  const found: string[][] = [];
  const done = new Set<string>();
  const visit = (name: string, path: string[]): void => {
    if (path.includes(name)) {
      found.push([...path.slice(path.indexOf(name)), name]);
      return;
    }
    const rule = own(components, name);
    if (done.has(name) || !rule) return;
    for (const next of awaited(rule)) visit(next, [...path, name]);
    done.add(name);
  };
  for (const name of Object.keys(components)) visit(name, []);
  return found;
}

/** A deployment such as the template could be asked for, with every component in it that there is for languages mixed in one way. */
function sample(template: Template, mixing: string | undefined): LifecycleInput {
  const request: DeployRequest = {
    event: 'sample-event-of-one',
    title: 'Sample',
    environment: 'production',
    template: template.name,
    languages: template.languages ?? [],
    regions: [template.environments.production?.regions[0] ?? 'westeurope'],
    vmSizes: [template.environments.production?.vmSizes[0] ?? ''],
    spot: false,
    ttlSeconds: 3600,
    operatorCidrs: [],
    exposure: 'public',
    keepOnFailure: false,
    parameters: Object.fromEntries(
      Object.entries(template.parameters).map(([name, { default: value }]) => [name, value]),
    ),
    counts: Object.fromEntries(
      Object.entries(template.components).flatMap(([name, { count }]) =>
        count === undefined ? [] : [[name, Math.max(1, count)]],
      ),
    ),
    ...(mixing === undefined
      ? {}
      : { mixing: Object.fromEntries((template.languages ?? []).map((language) => [language, mixing])) }),
    keysGiven: false,
  };
  const names = Object.values(IMAGES).flat();
  return imagined(request, template, {
    subscriptionId: '00000000-0000-0000-0000-000000000000',
    keyVaultUrl: '',
    mixerVaultUrl: '',
    images: Object.fromEntries(names.map((name) => [name, name])),
    identities: { containers: '', mixers: '' },
    publicUrl: 'https://localhost',
    timeScale: 1,
    localAgents: true,
  });
}

const SECRET = 'secrets.';

/** What shows only when the template is composed: references to nothing, and names that two things would have. */
function wholeProblems(template: Template, problem: Tell): void {
  const told = new Set<string>();
  const once: Tell = (path, message) => {
    if (told.has(path + message)) return;
    told.add(path + message);
    problem(path, message);
  };
  for (const mixing of [undefined, ...mixingsOf(template).slice(1)]) composedProblems(sample(template, mixing), once);
}

function composedProblems(input: LifecycleInput, problem: Tell): void {
  const { template } = input;
  const layout = initialLayout(input);
  let broken = false;
  const nothing = (path: string, reference: string) => {
    broken = true;
    problem(path, `\${${reference}} stands for nothing; see docs/reference/templates.md`);
  };
  for (const part of layout.members.map((member) => partOf(input, layout, member)))
    for (const [path, reference] of referencesIn(part.rule))
      if (!reference.startsWith(SECRET) && part.scope(reference) === undefined)
        nothing(`components.${part.member.name}.${path}`, reference);
  const shared = sharedScope(input, layout);
  for (const [path, reference] of referencesIn(template.network))
    if (shared(reference) === undefined) nothing(`network.${path}`, reference);
  if (broken) return;
  doubles(
    planGraph(template, layout.members).map(({ id }) => id),
    (id) =>
      problem('components', `two nodes of the plan would be called ${id}; rename a component, or leave its stem out`),
  );
  const labels = standingParts(input, layout).flatMap((part) => kindOf(part.rule).needs(part).group?.dnsLabels ?? []);
  doubles(labels, (label) => problem('components', `two components would have the DNS label ${label}`));
  if (layout.members.length > 2 * MAX_LANGUAGES + 20) problem('components', 'has too many parts for one event');
}

function doubles(all: readonly string[], tell: (one: string) => void): void {
  for (const one of new Set(all.filter((each, index) => all.indexOf(each) < index))) tell(one);
}
