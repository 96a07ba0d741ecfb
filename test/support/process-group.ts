import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';

// Linux only, as are the browsers of these tests other than Chromium.

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // The process has ended.
    return '';
  }
}

const processes = (): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);

/** The third field after the name of the program, which may have spaces. An ended process that nobody awaits has none. */
function groupOf(id: number): number | undefined {
  const [state, , group] = read(`/proc/${id}/stat`).split(') ').at(-1)?.split(' ') ?? [];
  return state === 'Z' ? undefined : Number(group);
}

/** Returns the processes of a group. */
export const membersOf = (group: number): number[] => processes().filter((id) => groupOf(id) === group);

/** Returns the process that leads a group of its own, and whose command line includes `text`. */
export function leaderWith(text: string): number {
  const found = processes().find((id) => groupOf(id) === id && read(`/proc/${id}/cmdline`).includes(text));
  if (found === undefined) throw new Error(`No process that leads a group was started with ${text}.`);
  return found;
}

/** Ends all processes of a group with SIGKILL, and waits until they are gone. */
export async function killGroup(group: number): Promise<void> {
  if (membersOf(group).length > 0) process.kill(-group, 'SIGKILL');
  while (membersOf(group).length > 0) await wait(10);
}

/** Returns the most memory that a process has had, in MiB: its heap of script and all else. */
export const mostMemory = (id: number): number =>
  Number(/VmHWM:\s+(\d+) kB/.exec(read(`/proc/${id}/status`))?.[1] ?? 0) / 1024;
