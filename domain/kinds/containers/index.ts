/** One container group: public name, probe, replacement in place. */
import { componentId } from '../../component.ts';
import { containerHost, dnsLabel, resourceName, secretName } from '../../names.ts';
import { own } from '../../own.ts';
import { heartbeatInterval } from '../../plan/polling.ts';
import { containerHour } from '../../plan/prices.ts';
import { fill, fillTexts } from '../../references.ts';
import { checkAgent, checkNode } from '../checks.ts';
import type { Kind, Part } from '../kind.ts';
import { secretFor } from '../secret.ts';
import { problems } from './problems.ts';
import { PARAMETER, portOf, portsOf, type Rule, schema } from './rule.ts';
import type { ContainersSpec } from './spec.ts';

const TYPE = 'Microsoft.ContainerInstance/containerGroups';

/** A region is written, or a parameter: what is made, and names that hold a region themselves, cannot say where something is. */
const regionOf = ({ rule, layout, input }: Pick<Part<Rule>, 'rule' | 'layout' | 'input'>): string =>
  rule.region === undefined
    ? layout.region
    : String(fill(rule.region, (reference) => own(input.request.parameters, reference.slice(PARAMETER.length))));
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

/** Where it is told something by who has a secret of the control vault. */
function toldAt(part: Part<Rule>, place: Rule['control']) {
  const port = place && portOf(part.rule, place.port)?.port;
  if (place === undefined || port === undefined) return undefined;
  const secret = { vault: 'control' as const, secret: secretFor(part, place.secret) };
  return { host: String(hostOf(part)), port, secret };
}
/** Its public name, when it has one. */
function hostOf(part: Omit<Part<Rule>, 'scope'>): string | undefined {
  const label = labelOf(part);
  return label === undefined ? undefined : containerHost(label, regionOf(part));
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
    if (reference === 'host') return hostOf(part);
    const [what, name = ''] = reference.split('.');
    return what === 'ports' ? portOf(part.rule, name)?.port : undefined;
  },
  given(part, variable) {
    const secret = own(part.rule.secrets, variable);
    return secret === undefined ? undefined : placeOf(part, secret);
  },
  control: (part) => toldAt(part, part.rule.control),
  access: (part) => toldAt(part, part.rule.access),
  health(part) {
    const answers = healthPort(part.rule);
    return answers && { host: String(this.value(part, 'host')), ...answers };
  },
};
