/** One container group: public name, probe, replacement in place. */
import { z } from 'zod';
import { componentId } from '../../component.ts';
import { containerHost, dnsLabel, resourceName, secretName } from '../../names.ts';
import { own } from '../../own.ts';
import { heartbeatInterval } from '../../plan/polling.ts';
import { containerHour } from '../../plan/prices.ts';
import { fill, fillTexts, referencesIn } from '../../references.ts';
import { IDENTITIES } from '../../seam/installation.ts';
import { AGENTS_VAULT, commonShape, type Template } from '../../template/schema.ts';
import { checkAgent, checkNode } from '../checks.ts';
import type { Kind, Part, TemplateProblem } from '../kind.ts';
import { secretFor } from '../secret.ts';
import { MOST_PORTS, type Port, readPort } from './ports.ts';
import type { ContainersSpec } from './spec.ts';

const port = z.string().superRefine((text, ctx) => {
  const read = readPort(text);
  if (typeof read === 'string') ctx.addIssue({ code: 'custom', message: read });
});

const schema = z.strictObject({
  ...commonShape,
  kind: z.literal('containers'),
  image: z
    .string()
    .min(1)
    .describe('An image of the installation by name (relay, slides), or a full reference from an allowed registry'),
  cpu: z.number().min(1, 'must be at least 1: Azure gives no group less').max(31).describe('vCPUs'),
  memoryGb: z.number().min(1, 'must be at least 1: Azure gives no group less').max(240).describe('Memory in GB'),
  region: z.string().min(1).optional().describe('Where it runs; where the event is, by default'),
  ports: z
    .record(z.string().regex(/^[a-z][a-zA-Z0-9]{0,19}$/), port)
    .default({})
    .describe('Ports by name: `9998/udp`'),
  environment: z.record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string()).default({}),
  secrets: z
    .record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string())
    .default({})
    .describe('Environment variable -> secret of the template'),
  secretNames: z
    .record(z.string().regex(/^[A-Z][A-Z0-9_]*$/), z.string())
    .default({})
    .describe(
      "Environment variable -> the name that a secret has in the mixers' vault: the program reads it there itself",
    ),
  identities: z
    .array(z.enum(IDENTITIES))
    .min(1)
    .default(['containers'])
    .describe('Whose identities it has; the first pulls the image'),
  health: z
    .union([
      z.strictObject({ http: z.string().startsWith('/'), port: z.string().describe('Name of a TCP port') }),
      z.strictObject({
        heartbeatSeconds: z.number().positive().describe('It has an agent that says so itself'),
        delivers: z
          .boolean()
          .default(false)
          .describe('Given a stream key, it is well at first when its destination has accepted picture and sound'),
      }),
    ])
    .describe('How it is known to be well'),
  control: z
    .strictObject({
      port: z.string().describe('Name of a TCP port'),
      secret: z.string().describe('Secret of the template in the control vault, which the proof is made with'),
    })
    .optional()
    .describe('It takes two presenters, and is told there which of them is to be on air'),
});
type Rule = z.output<typeof schema>;

const TYPE = 'Microsoft.ContainerInstance/containerGroups';

const PARAMETER = 'parameters.';
/** A region is written, or a parameter: what is made, and names that hold a region themselves, cannot say where something is. */
const regionOf = ({ rule, layout, input }: Pick<Part<Rule>, 'rule' | 'layout' | 'input'>): string =>
  rule.region === undefined
    ? layout.region
    : String(fill(rule.region, (reference) => own(input.request.parameters, reference.slice(PARAMETER.length))));
const portsOf = (rule: Rule): Port[] =>
  Object.values(rule.ports).flatMap((text) => {
    const read = readPort(text);
    return typeof read === 'string' ? [] : [read];
  });
const portOf = (rule: Rule, name: string): Port | undefined => {
  const read = readPort(own(rule.ports, name) ?? '');
  return typeof read === 'string' ? undefined : read;
};
/** What nobody calls has no public name, and no address. */
const labelOf = ({ input, id, rule }: Pick<Part<Rule>, 'input' | 'id' | 'rule'>): string | undefined =>
  Object.keys(rule.ports).length === 0 ? undefined : dnsLabel(input.installation.subscriptionId, input.event, id);
const nameOf = (part: Part<Rule>): string =>
  resourceName.containerGroup(part.id, part.input.event, regionOf(part), part.member.variant);
const healthPort = (rule: Rule): { port: number; path: string } | undefined => {
  if (!('http' in rule.health)) return undefined;
  const found = portOf(rule, rule.health.port);
  return found && { port: found.port, path: rule.health.http };
};

/** The image that runs, or is to run: what was put in its place, else the installation's or the reference itself. */
export function imageOf({ rule, layout, id, input }: Pick<Part<Rule>, 'rule' | 'layout' | 'id' | 'input'>): string {
  return own(layout.images ?? {}, id) ?? own(input.installation.images, rule.image) ?? rule.image;
}

/** Where a secret of the template lies for one component. */
const placeOf = (part: Part<Rule>, secret: string) => ({
  vault: part.input.template.secrets[secret]?.vault ?? ('control' as const),
  secret: secretFor(part, secret),
});

function specOf(part: Part<Rule>): ContainersSpec {
  const { input, rule, scope, member, id } = part;
  const { deploymentId, installation } = input;
  const label = labelOf(part);
  const health = healthPort(rule);
  const agent =
    'heartbeatSeconds' in rule.health
      ? {
          COMPONENT: id,
          DEPLOYMENT_ID: deploymentId,
          CONTROL_PLANE_URL: installation.publicUrl,
          ...(installation.controlPlaneAudience === undefined
            ? {}
            : { CONTROL_PLANE_AUDIENCE: installation.controlPlaneAudience }),
          HEARTBEAT_SECONDS: `${heartbeatInterval(rule.health.heartbeatSeconds, installation.timeScale, part.layout.members.length)}`,
          IDENTITY_CLIENT_ID: part.layout.identityClientId,
          VAULT_URL: installation.mixerVaultUrl,
          ...(installation.localAgents ? { SECRET_AGENT_TOKEN: secretName.agent(deploymentId) } : {}),
          ...(member.each === undefined ? {} : { LANGUAGE: member.each }),
        }
      : {};
  return {
    kind: 'containers',
    name: nameOf(part),
    container: id,
    region: regionOf(part),
    ...(label === undefined ? {} : { dnsLabel: label }),
    image: imageOf(part),
    identityIds: rule.identities.map((name) => installation.identities[name]),
    cpu: rule.cpu,
    memoryGb: rule.memoryGb,
    ports: portsOf(rule),
    ...(health ? { health } : {}),
    environment: {
      ...fillTexts(rule.environment, scope),
      ...Object.fromEntries(Object.entries(rule.secretNames).map(([name, secret]) => [name, secretFor(part, secret)])),
      ...agent,
    },
    secureEnvironment: Object.fromEntries(
      Object.entries(rule.secrets).map(([name, secret]) => [name, placeOf(part, secret)]),
    ),
  };
}

const noSecret = (secret: string, secrets: Template['secrets']): string =>
  `there is no secret ${secret}; there are ${Object.keys(secrets).join(', ') || 'none'}`;

function problems(rule: Rule, { secrets, parameters }: Template): TemplateProblem[] {
  const found: TemplateProblem[] = [];
  const problem = (path: string, message: string) => found.push({ path, message });
  for (const [, reference] of referencesIn(rule.region))
    if (!reference.startsWith(PARAMETER) || !Object.hasOwn(parameters, reference.slice(PARAMETER.length)))
      problem('region', 'may refer to a parameter of the template only');
  const numbers = portsOf(rule).map((one) => one.port);
  if (numbers.length > MOST_PORTS)
    problem('ports', `has ${numbers.length} ports; a container group exposes at most ${MOST_PORTS}`);
  for (const [name, text] of Object.entries(rule.ports)) {
    const read = readPort(text);
    if (typeof read === 'object' && numbers.indexOf(read.port) < numbers.lastIndexOf(read.port))
      problem(
        `ports.${name}`,
        'has a number that another port has: Azure refuses one number twice, on both protocols too',
      );
  }
  if ('http' in rule.health && portOf(rule, rule.health.port)?.protocol !== 'TCP')
    problem('health.port', `must name a TCP port of this component`);
  for (const [name, secret] of Object.entries(rule.secrets)) {
    const made = own(secrets, secret);
    if (!made) problem(`secrets.${name}`, noSecret(secret, secrets));
    else if ('given' in made)
      problem(`secrets.${name}`, `${secret} never leaves its vault: the program reads it there`);
    if (Object.hasOwn(rule.environment, name)) problem(`secrets.${name}`, 'is set in environment as well');
  }
  for (const [name, secret] of Object.entries(rule.secretNames)) {
    const made = own(secrets, secret);
    if (!made) problem(`secretNames.${name}`, noSecret(secret, secrets));
    else if (made.vault !== AGENTS_VAULT)
      problem(`secretNames.${name}`, `${secret} is in a vault that agents cannot read; give it vault: ${AGENTS_VAULT}`);
    if (Object.hasOwn(rule.environment, name) || Object.hasOwn(rule.secrets, name))
      problem(`secretNames.${name}`, 'is set in environment or secrets as well');
  }
  if (Object.keys(rule.secretNames).length > 0 && !rule.identities.includes('mixers'))
    problem('identities', 'must have mixers, whose identity may read the vault of secretNames');
  if (rule.control !== undefined) {
    if (portOf(rule, rule.control.port)?.protocol !== 'TCP')
      problem('control.port', 'must name a TCP port of this component');
    if (own(secrets, rule.control.secret)?.vault !== 'control')
      problem('control.secret', 'must name a secret in the control vault');
  }
  if (rule.heal.includes('recreate'))
    problem('heal', 'may hold restart and redeploy: a container group has no other host to go to');
  return found;
}

const delivers = ({ health }: Rule): boolean => 'delivers' in health && health.delivers;

export const containers: Kind<Rule> = {
  name: 'containers',
  schema,
  problems,
  steps: ['containers', 'check-http', 'check-agent'],
  sized: false,
  heartbeat: ({ health }) => ('heartbeatSeconds' in health ? health.heartbeatSeconds : undefined),
  delivers,
  nodes(member, { health }) {
    const component = componentId(member);
    const each = member.each === undefined ? {} : { each: member.each };
    return [
      { id: component, kind: TYPE, step: 'containers', dependsOn: ['resource-group', 'secrets'], component, ...each },
      checkNode(member, 'http' in health ? 'check-http' : 'check-agent'),
    ];
  },
  spec(part, node) {
    if (node === part.id) return specOf(part);
    const health = this.health(part);
    if (!health) return checkAgent(part, nameOf(part), delivers(part.rule) && part.input.request.keysGiven);
    return { kind: 'check-http', container: nameOf(part), ...health, ...part.input.template.checks };
  },
  power: (part, action) => ({ kind: 'power', of: 'containers', component: part.id, name: nameOf(part), action }),
  discard: (part) => ({ names: { group: nameOf(part) }, variant: part.member.variant }),
  isOne({ names, variant, component }, event) {
    const region = names.group?.slice(`${component}-${event}-`.length).replace(/-\d+$/, '') ?? '';
    return (
      /^[a-z][a-z0-9]*$/.test(region) && names.group === resourceName.containerGroup(component, event, region, variant)
    );
  },
  made: (spec) =>
    spec.kind === 'containers'
      ? [
          {
            type: TYPE,
            name: spec.name,
            perHour: containerHour(spec.cpu, spec.memoryGb, spec.region),
            fromRequest: true,
          },
        ]
      : undefined,
  hour: (part) => ({ running: containerHour(part.rule.cpu, part.rule.memoryGb, regionOf(part)), paused: 0 }),
  needs(part) {
    const region = regionOf(part);
    const elsewhere = region === part.layout.region ? {} : { region };
    const identity = part.rule.identities.includes('mixers');
    const label = labelOf(part);
    return {
      identity,
      group: { ...elsewhere, groups: 1, cpus: part.rule.cpu, dnsLabels: label === undefined ? [] : [label] },
    };
  },
  resources: (part) => [nameOf(part)],
  value(part, reference) {
    if (reference === 'host') {
      const label = labelOf(part);
      return label === undefined ? undefined : containerHost(label, regionOf(part));
    }
    const [what, name = ''] = reference.split('.');
    return what === 'ports' ? portOf(part.rule, name)?.port : undefined;
  },
  given(part, variable) {
    const secret = own(part.rule.secrets, variable);
    return secret === undefined ? undefined : placeOf(part, secret);
  },
  control(part) {
    const { control } = part.rule;
    const port = control && portOf(part.rule, control.port)?.port;
    if (control === undefined || port === undefined) return undefined;
    const secret = { vault: 'control' as const, secret: secretFor(part, control.secret) };
    return { host: String(this.value(part, 'host')), port, secret };
  },
  health(part) {
    const answers = healthPort(part.rule);
    return answers && { host: String(this.value(part, 'host')), ...answers };
  },
};
