import type { OnEvent, TransferEvent } from '../remote/events.ts';
import type { Surroundings } from './surroundings.ts';

/** The display of a push or a pull. */
export interface Progress {
  readonly onEvent: OnEvent;
  /** Ends the display before other text is printed. */
  readonly end: () => void;
}

/** The direction of the transfer, for the words of the display. */
export type Direction = 'push' | 'pull';

/**
 * Returns the display. On a terminal, the line of each layer changes. In a log, each layer has a line when it is done, and
 * a long layer has a line now and then, because build servers stop a job that is silent for minutes.
 */
export function progressOf(direction: Direction, quiet: boolean, surroundings: Surroundings): Progress {
  const { tell, columns } = surroundings;
  if (quiet) return { onEvent: () => undefined, end: () => undefined };
  if (columns() !== undefined) return new TerminalProgress(direction, surroundings);
  let saidAt = surroundings.patience.now();
  const onEvent = (event: TransferEvent) => {
    const now = surroundings.patience.now();
    if (event.kind === 'moved' && now - saidAt < sayAfter) return;
    const line = lineOf(event, direction);
    if (line === undefined) return;
    saidAt = now;
    tell(`${line}\n`);
  };
  return { onEvent, end: () => undefined };
}

const done = { push: 'pushed', pull: 'pulled' } as const;

/** The number of characters of a digest that are shown. */
const digestLength = 'sha256:'.length + 12;
const shortOf = (digest: string): string => digest.slice(0, digestLength);

/** Returns a number of bytes as text, such as `12.3 MB`. */
export function sizeText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let [value, unit] = [bytes, 0];
  for (; value >= 999.95 && unit < units.length - 1; unit++) value /= 1000;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** Returns the line for an event. Undefined if the event is not worth a line. */
function lineOf(event: TransferEvent, direction: Direction): string | undefined {
  if (event.kind === 'notice') return event.text;
  const digest = shortOf(event.digest);
  const size = event.size === undefined ? '' : sizeText(event.size);
  switch (event.kind) {
    case 'exists':
      return direction === 'push' ? `${digest}  ${size}  is in the registry already` : undefined;
    case 'mounted':
      return `${digest}  ${size}  mounted from another repository`;
    case 'resumed':
      return `${digest}  ${size}  goes on after ${sizeText(event.bytes)}`;
    case 'moved':
      return `${digest}  ${bar(event.bytes, event.size)}  ${sizeText(event.bytes)}${size === '' ? '' : ` of ${size}`}`;
    case 'done':
      return `${digest}  ${size}  ${done[direction]}`;
  }
}

const barLength = 24;

function bar(bytes: number, size: number | undefined): string {
  const part = size === undefined || size === 0 ? 0 : Math.min(1, bytes / size);
  const full = Math.round(part * barLength);
  return `[${'='.repeat(full)}${' '.repeat(barLength - full)}]`;
}

/** The time in milliseconds after which a log gets a line about a layer in progress, if it got no other line. */
const sayAfter = 30_000;

/** The shortest time in milliseconds between two drawings of the same bytes. */
const redrawAfter = 100;

/** Draws a line for each layer in progress at the end of the terminal. Finished lines stay above. */
class TerminalProgress implements Progress {
  readonly #direction: Direction;
  readonly #surroundings: Surroundings;
  readonly #moving = new Map<string, string>();
  #drawn = 0;
  #drawnAt = Number.NEGATIVE_INFINITY;

  constructor(direction: Direction, surroundings: Surroundings) {
    this.#direction = direction;
    this.#surroundings = surroundings;
  }

  readonly onEvent = (event: TransferEvent): void => {
    const line = lineOf(event, this.#direction);
    if (line === undefined) return;
    if (event.kind === 'moved') {
      this.#moving.set(event.digest, line);
      const now = this.#surroundings.patience.now();
      if (now - this.#drawnAt < redrawAfter) return;
      this.#drawnAt = now;
      this.#draw([]);
    } else {
      if (event.kind === 'done' || event.kind === 'mounted') this.#moving.delete(event.digest);
      this.#draw([line]);
    }
  };

  readonly end = (): void => {
    this.#draw([]);
    this.#drawn = 0;
    this.#moving.clear();
  };

  /** Replaces the lines of the layers in progress. `above` are lines that stay. */
  #draw(above: readonly string[]): void {
    const { tell, columns } = this.#surroundings;
    const width = (columns() ?? 80) - 1;
    const lines = [...this.#moving.values()].map((line) => line.slice(0, width));
    const back = this.#drawn === 0 ? '' : `\u001b[${this.#drawn}A\r\u001b[J`;
    this.#drawn = lines.length;
    const text = [...above, ...lines].map((line) => `${line}\n`).join('');
    if (back + text !== '') tell(back + text);
  }
}
