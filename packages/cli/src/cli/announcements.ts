import type { Access } from '../serve/access.ts';
import type { ServeOptions } from '../serve/options.ts';
import { accessLine } from './access-line.ts';
import { accessRecord } from './access-record.ts';
import { firstScreen } from './first-screen.ts';

/**
 * The functions that write the lines of the log of `coracle serve`, one for each event. `--log` chooses between text
 * and JSON.
 */
export interface Announcements {
  readonly request: (access: Access) => string;
  readonly serving: (url: string, host: string, options: ServeOptions) => Promise<string>;
  /**
   * Returns the line of the log for the moment at which the server begins to stop, or undefined if the log has no line
   * for it. `underWay` is the number of requests in progress, and `seconds` is the time that these requests get to
   * finish.
   */
  readonly stopping: (underWay: number, seconds: number) => string | undefined;
  readonly stopped: () => string;
}

export const textAnnouncements = (coloured: boolean): Announcements => ({
  request: (access) => accessLine(access, coloured),
  serving: firstScreen,
  stopping: (underWay, seconds) =>
    underWay === 0
      ? undefined
      : `Requests in progress (${underWay}) get ${seconds} seconds to finish. Ctrl-C again ends the server at once.`,
  stopped: () => 'Stopped.',
});

const record = (event: string, members: object = {}): string =>
  JSON.stringify({ time: new Date().toISOString(), event, ...members });

/** Writes each event of `coracle serve` as one line of JSON, so that programs can read the log. */
export const jsonAnnouncements: Announcements = {
  request: accessRecord,
  serving: async (url) => record('serving', { url }),
  stopping: (underWay) => record('stopping', { underWay }),
  stopped: () => record('stopped'),
};
