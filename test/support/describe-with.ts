import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe } from 'vitest';
import { skipGroup } from './groups.ts';

/** A client program, and what shows that it works here. */
export interface Tool {
  readonly name: string;
  /** A command, and arguments with which it does nothing and succeeds. */
  readonly probe: readonly [command: string, ...args: string[]];
}

export const awsCli: Tool = { name: 'aws', probe: ['aws', '--version'] };
export const boto3: Tool = { name: 'boto3', probe: ['python3', '-c', 'import boto3'] };
export const skopeo: Tool = { name: 'skopeo', probe: ['skopeo', '--version'] };
export const crane: Tool = { name: 'crane', probe: ['crane', 'version'] };
export const oras: Tool = { name: 'oras', probe: ['oras', 'version'] };
export const dockerRegistry: Tool = { name: 'docker-registry', probe: ['docker-registry', '--version'] };
export const olareg: Tool = { name: 'olareg', probe: ['olareg', 'version'] };
export const regctl: Tool = { name: 'regctl', probe: ['regctl', 'version'] };

const script = fileURLToPath(new URL('probe-client.sh', import.meta.url));
/** A tool that may be installed and yet not run: it wants more of the machine than a sandbox may grant. */
const probed = (name: string): Tool => ({ name, probe: ['bash', script, name] });
export const docker = probed('docker');
export const podman = probed('podman');
export const buildah = probed('buildah');

/** Registers a group of tests that needs these tools. If one of them is missing, the group is skipped by name. */
export function describeWith(tools: readonly Tool[], name: string, tests: () => void): void {
  for (const tool of tools) {
    const reason = whyAbsent(tool);
    if (reason !== undefined) {
      skipGroup(name, reason, tool.name);
      return;
    }
  }
  describe(name, tests);
}

/** Runs the tool to find out. A version manager's shim is on the path even if no program is behind it. */
function whyAbsent({ name, probe: [command, ...args] }: Tool): string | undefined {
  const { error, status, stderr } = spawnSync(command, args, { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
  if (error) return `${command} is not installed`;
  if (status === 0) return undefined;
  return `${name} does not work here: ${stderr.trim().split('\n').at(-1) || `its probe ends with ${status}`}`;
}
