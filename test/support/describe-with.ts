import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';
import { skipGroup } from './groups.ts';

/** A command, and arguments with which it does nothing and succeeds. */
export type Tool = readonly [command: string, ...args: string[]];

export const awsCli: Tool = ['aws', '--version'];
export const boto3: Tool = ['python3', '-c', 'import boto3'];
export const skopeo: Tool = ['skopeo', '--version'];

/** A group of tests that needs these tools; where one of them is missing, the group is skipped by name. */
export function describeWith(tools: readonly Tool[], name: string, tests: () => void): void {
  const reason = tools.map(whyAbsent).find((why) => why !== undefined);
  if (reason === undefined) describe(name, tests);
  else skipGroup(name, reason);
}

/** It is run, since a version manager's shim is found on the path even where there is nothing behind it. */
function whyAbsent([command, ...args]: Tool): string | undefined {
  const { error, status } = spawnSync(command, args, { stdio: 'ignore' });
  if (error) return `${command} is not installed`;
  return status === 0 ? undefined : `'${[command, ...args].join(' ')}' ends with ${status}`;
}
