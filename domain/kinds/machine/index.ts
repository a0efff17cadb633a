/** A Windows machine from a pre-built image, with an agent: public address, network interface, machine. */
import { z } from 'zod';
import type { UserDataInput } from '../../../contract/user-data.ts';
import { checkId, componentId } from '../../component.ts';
import { computerNames, resourceName, secretName } from '../../names.ts';
import { own } from '../../own.ts';
import { type Member, machineAddress } from '../../plan/layout.ts';
import { heartbeatInterval } from '../../plan/polling.ts';
import { diskHour, machineHour, publicIpHour } from '../../plan/prices.ts';
import { fillAll } from '../../references.ts';
import type { LifecycleInput } from '../../seam/lifecycle-input.ts';
import type { NodeSpec } from '../../seam/node-spec.ts';
import { commonShape, type Template } from '../../template/schema.ts';
import { checkAgent, checkNode } from '../checks.ts';
import type { Kind, Part, TemplateProblem } from '../kind.ts';
import { secretFor } from '../secret.ts';

const schema = z.strictObject({
  ...commonShape,
  kind: z.literal('machine'),
  image: z.literal('mixer').describe('Image of the installation'),
  subnet: z.string().describe('Subnet of the network that it has its address in'),
  stem: z
    .enum(['id', 'each'])
    .default('id')
    .describe('What its address and interface are called after: the component, or only its language or number'),
  adminUsername: z.string().min(1).max(20),
  password: z.string().describe('Secret of the template: the password of that user'),
  osDiskGb: z.int().positive().optional(),
  heartbeatSeconds: z.number().positive().describe("Interval of the agent's heartbeats"),
  secrets: z
    .record(z.string(), z.string())
    .default({})
    .describe('Secrets in its vault that the agent is told the names of'),
  userData: z.record(z.string(), z.json()).default({}).describe('What the agent is told besides'),
});
type Rule = z.output<typeof schema>;

const TYPE = {
  'public-ip': 'Microsoft.Network/publicIPAddresses',
  nic: 'Microsoft.Network/networkInterfaces',
  machine: 'Microsoft.Compute/virtualMachines',
  disk: 'Microsoft.Compute/disks',
} as const;

/** Size in GiB of a system disk where the template names none: that of the image. */
const IMAGE_DISK_GB = 127;
const diskOf = ({ osDiskGb }: { osDiskGb?: number | undefined }): number => osDiskGb ?? IMAGE_DISK_GB;

const stemOf = (member: Member, { stem }: Rule): string => (stem === 'each' && member.each) || componentId(member);
const nodesOf = (member: Member, rule: Rule) => {
  const id = componentId(member);
  const stem = stemOf(member, rule);
  return { pip: `pip-${stem}`, nic: `nic-${stem}`, machine: id, check: checkId(id) };
};
const namesOf = ({ member, rule, input: { event } }: Part<Rule>) => {
  const stem = stemOf(member, rule);
  return {
    machine: resourceName.machine(componentId(member), event, member.variant),
    nic: resourceName.nic(stem, event, member.variant),
    publicIp: resourceName.publicIp(stem, event, member.variant),
  };
};

interface Machines {
  input: LifecycleInput;
  /** Computer names by stem, which tells them apart. */
  names: Map<string, string>;
  /** How many there are that have a size. */
  sized: number;
}
const counted = new WeakMap<readonly Member[], Machines>();
/** What one machine must know of all; made once per list of members. */
function machinesOf(members: readonly Member[], input: LifecycleInput): Machines {
  const known = counted.get(members);
  if (known?.input === input) return known;
  const stems = members.flatMap((member) => {
    const rule = input.template.components[member.name];
    return rule?.kind === 'machine' ? [stemOf(member, rule as Rule)] : [];
  });
  const made = computerNames(input.event, stems);
  const names = new Map(stems.map((stem, index) => [stem, made[index] ?? '']));
  const machines = { input, names, sized: members.filter(({ size }) => size !== undefined).length };
  counted.set(members, machines);
  return machines;
}

function specOf(part: Part<Rule>): NodeSpec {
  const { input, layout, member, rule } = part;
  const { installation, request } = input;
  const names = namesOf(part);
  return {
    kind: 'machine',
    name: names.machine,
    computerName: machinesOf(layout.members, input).names.get(stemOf(member, rule)) ?? '',
    nic: names.nic,
    vmSize: member.size ?? '',
    imageId: own(installation.images, rule.image) ?? '',
    identityId: installation.identities.mixers,
    spot: request.spot,
    adminUsername: rule.adminUsername,
    passwordSecret: secretFor(part, rule.password),
    userData: JSON.stringify(userData(part)),
    ...(rule.osDiskGb === undefined ? {} : { osDiskGb: rule.osDiskGb }),
  };
}

function userData({ input, layout, member, rule, scope, id }: Part<Rule>): Record<string, unknown> {
  const { template, installation, deploymentId, event, request } = input;
  const { controlPlaneAudience } = installation;
  const { sized } = machinesOf(layout.members, input);
  const forLanguages = Object.values(template.components).filter(
    ({ each, mixing = rule.mixing }) => each === 'language' && mixing === rule.mixing,
  );
  const told = fillAll(rule.userData, scope) as Record<string, unknown>;
  const own: Omit<UserDataInput, 'secrets' | 'programme' | 'slides' | 'layout'> = {
    v: 1,
    deploymentId,
    event,
    title: request.title,
    language: member.each ?? member.name,
    controlPlaneUrl: installation.publicUrl,
    ...(controlPlaneAudience === undefined ? {} : { controlPlaneAudience }),
    heartbeatSeconds: heartbeatInterval(rule.heartbeatSeconds, installation.timeScale, sized),
    identityClientId: layout.identityClientId,
    vaultUrl: installation.mixerVaultUrl,
  };
  return {
    ...own,
    // Where the language alone does not say which component it is.
    ...(forLanguages.length === 1 && rule.each === 'language' ? {} : { component: id }),
    secrets: {
      ...Object.fromEntries(Object.entries(rule.secrets).map(([name, of]) => [name, secretFor({ input, member }, of)])),
      ...(installation.localAgents ? { agentToken: secretName.agent(deploymentId) } : {}),
    },
    ...told,
  };
}

function problems(rule: Rule, { network, secrets }: Template): TemplateProblem[] {
  const found: TemplateProblem[] = [];
  const problem = (path: string, message: string) => found.push({ path, message });
  const subnet = own(network?.subnets ?? {}, rule.subnet);
  if (!subnet)
    problem(
      'subnet',
      `there is no subnet ${rule.subnet}; there are ${Object.keys(network?.subnets ?? {}).join(', ') || 'none'}`,
    );
  else if (subnet.firstHost === undefined)
    problem('subnet', `subnet ${rule.subnet} needs firstHost, as machines have addresses in it`);
  const password = own(secrets, rule.password);
  if (!password || !('make' in password) || password.make !== 'password' || password.vault !== 'control')
    problem('password', 'must name a secret that is made as a password in the control vault');
  for (const [name, of] of Object.entries(rule.secrets)) {
    const made = own(secrets, of);
    if (!made)
      problem(`secrets.${name}`, `there is no secret ${of}; there are ${Object.keys(secrets).join(', ') || 'none'}`);
    else if (made.vault !== 'mixers')
      problem(`secrets.${name}`, `${of} is in a vault that machines cannot read; give it vault: mixers`);
  }
  if (rule.stem === 'each' && rule.each === undefined && rule.count === undefined)
    problem('stem', 'is for components with each or count');
  return found;
}

export const machine: Kind<Rule> = {
  name: 'machine',
  schema,
  problems,
  steps: ['public-ip', 'nic', 'machine', 'check-agent'],
  sized: true,
  heartbeat: ({ heartbeatSeconds }) => heartbeatSeconds,
  nodes(member, rule) {
    const { pip, nic, machine: main } = nodesOf(member, rule);
    const belongs = { component: main, ...(member.each === undefined ? {} : { each: member.each }) };
    return [
      { id: pip, kind: TYPE['public-ip'], step: 'public-ip', dependsOn: ['resource-group'], ...belongs },
      { id: nic, kind: TYPE.nic, step: 'nic', dependsOn: ['vnet', pip], ...belongs },
      { id: main, kind: TYPE.machine, step: 'machine', dependsOn: [nic, 'secrets'], ...belongs },
      checkNode(member, 'check-agent'),
    ];
  },
  spec(part, node) {
    const { member, rule, input } = part;
    const ids = nodesOf(member, rule);
    const names = namesOf(part);
    if (node === ids.pip) return { kind: 'public-ip', name: names.publicIp };
    if (node === ids.machine) return specOf(part);
    if (node === ids.check) return checkAgent(part, names.machine);
    const subnet = input.template.network?.subnets[rule.subnet];
    return {
      kind: 'nic',
      name: names.nic,
      vnet: resourceName.vnet,
      subnet: rule.subnet,
      nsg: resourceName.nsg(rule.subnet),
      publicIp: names.publicIp,
      privateIpAddress: machineAddress(subnet?.prefix ?? '', subnet?.firstHost ?? 4, member),
    };
  },
  power: (part, action) => ({ kind: 'power', of: 'machine', component: part.id, name: namesOf(part).machine, action }),
  discard: (part) => ({ names: namesOf(part), variant: part.member.variant }),
  isOne({ names, variant, component }, event) {
    const stem = names.nic?.slice('nic-'.length, names.nic.indexOf(`-${event}`, 'nic-'.length)) ?? '';
    const mine = stem === component || component.endsWith(`-${stem}`);
    return (
      mine &&
      names.machine === resourceName.machine(component, event, variant) &&
      names.nic === resourceName.nic(stem, event, variant) &&
      names.publicIp === resourceName.publicIp(stem, event, variant)
    );
  },
  made(spec, { spot, region }) {
    switch (spec.kind) {
      case 'public-ip':
        return [{ type: TYPE['public-ip'], name: spec.name, perHour: publicIpHour(region), fromRequest: true }];
      case 'nic':
        return [{ type: TYPE.nic, name: spec.name, perHour: 0, fromRequest: true }];
      case 'machine':
        return [
          {
            type: TYPE.machine,
            name: spec.name,
            perHour: machineHour(spec.vmSize, spot, region),
            fromRequest: false,
            readyAfter: 'machine',
          },
          {
            type: TYPE.disk,
            name: resourceName.disk(spec.name),
            perHour: diskHour(diskOf(spec), region),
            fromRequest: true,
          },
        ];
      default:
        return undefined;
    }
  },
  hour({ rule, member, input, layout: { region } }) {
    const paused = publicIpHour(region) + diskHour(diskOf(rule), region);
    return { running: machineHour(member.size ?? '', input.request.spot, region) + paused, paused };
  },
  needs: ({ member, rule }) => ({ machines: 1, stem: stemOf(member, rule), identity: true }),
  resources: (part) => Object.values(namesOf(part)),
  value: () => undefined,
  health: () => undefined,
  entrance: (part, address) => ({
    host: address ?? null,
    rdp: address === undefined ? null : `${address}:3389`,
    user: part.rule.adminUsername,
    password: secretFor(part, part.rule.password),
  }),
};
