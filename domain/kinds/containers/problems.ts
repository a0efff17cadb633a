/** What the schema of a container group cannot see: the component beside the rest of its template. */
import { own } from '../../own.ts';
import { referencesIn } from '../../references.ts';
import { AGENTS_VAULT, type Template } from '../../template/schema.ts';
import type { TemplateProblem } from '../kind.ts';
import { MOST_PORTS, readPort } from './ports.ts';
import { PARAMETER, portOf, portsOf, type Rule } from './rule.ts';

const noSecret = (secret: string, secrets: Template['secrets']): string =>
  `there is no secret ${secret}; there are ${Object.keys(secrets).join(', ') || 'none'}`;

export function problems(rule: Rule, { secrets, parameters }: Template): TemplateProblem[] {
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
  for (const told of ['control', 'access'] as const) {
    const place = rule[told];
    if (place === undefined) continue;
    if (portOf(rule, place.port)?.protocol !== 'TCP') problem(`${told}.port`, 'must name a TCP port of this component');
    if (own(secrets, place.secret)?.vault !== 'control')
      problem(`${told}.secret`, 'must name a secret in the control vault');
  }
  if (rule.heal.includes('recreate'))
    problem('heal', 'may hold restart and redeploy: a container group has no other host to go to');
  return found;
}
