/** A very small shell for Run Command: enough to look at a simulated machine and to restart what runs on it. */
import { child, text } from '../core/json.ts';
import type { Resource } from '../core/model.ts';
import type { Sim } from '../core/sim.ts';
import { stateOf } from './vm-state.ts';

export interface ScriptResult {
  stdout: string;
  stderr: string;
  exitCode: number;
}

type Command = (argument: string, vm: Resource, sim: Sim<'time' | 'resources'>) => string;

const unquote = (value: string): string => value.trim().replace(/^(['"])(.*)\1$/, '$2');
const computerName = (vm: Resource): string => text(child(vm.properties, 'osProfile'), 'computerName') ?? vm.name;

/** Programs of the machine by the names that people restart. Who plays them looks at this mark. */
function restart(_: string, vm: Resource, sim: Sim<'time' | 'resources'>): string {
  vm.hidden.restartedAt = sim.time.now();
  sim.resources.save(vm);
  return '';
}

const COMMANDS: readonly [pattern: RegExp, command: Command][] = [
  [/^(?:echo|write-output|write-host)\b(.*)$/i, (argument) => unquote(argument)],
  [/^(?:hostname|\$env:computername)\b(.*)$/i, (_, vm) => computerName(vm)],
  [/^whoami\b(.*)$/i, (_, vm) => (stateOf(vm).os === 'Windows' ? 'nt authority\\system' : 'root')],
  [/^get-date\b(.*)$/i, (_, __, sim) => sim.time.iso()],
  [/^date\b(.*)$/i, (_, __, sim) => sim.time.iso()],
  [/^(?:restart-service|restart-computer|stop-process|systemctl restart)\b(.*)$/i, restart],
  // A script that the image brought along: what it does is the guest's own affair, and it ends well.
  [/^&\s+([A-Za-z]:\\[^\s"'`]+\.ps1)$/i, () => ''],
  [/^(?:#.*|\s*)()$/, () => ''],
];

/** Runs line by line; a line it does not know is an error on the second stream, as a shell would say. */
export function runScript(sim: Sim<'time' | 'resources'>, vm: Resource, script: readonly string[]): ScriptResult {
  const stdout: string[] = [];
  const stderr: string[] = [];
  for (const line of script) {
    const exit = /^exit\s+(\d+)$/i.exec(line.trim());
    if (exit) return { stdout: stdout.join('\n'), stderr: stderr.join('\n'), exitCode: Number(exit[1]) };
    const known = COMMANDS.find(([pattern]) => pattern.test(line.trim()));
    if (!known) {
      stderr.push(
        `${line.trim().split(/\s+/)[0]} : The term is not recognized as the name of a cmdlet, function, script file, or operable program.`,
      );
      continue;
    }
    const said = known[1](known[0].exec(line.trim())?.[1] ?? '', vm, sim);
    if (said !== '') stdout.push(said);
  }
  return { stdout: stdout.join('\n'), stderr: stderr.join('\n'), exitCode: stderr.length > 0 ? 1 : 0 };
}
