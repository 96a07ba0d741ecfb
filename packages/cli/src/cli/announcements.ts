import type { Access } from '../serve/access.ts';
import type { ServeOptions } from '../serve/options.ts';
import { accessLine } from './access-line.ts';
import { accessRecord } from './access-record.ts';
import { firstScreen } from './first-screen.ts';

/** The lines that a server writes to standard output, in the form that was chosen. */
export interface Announcements {
  readonly request: (access: Access) => string;
  readonly serving: (url: string, host: string, options: ServeOptions) => Promise<string>;
  /** The number of requests in progress, and the seconds that they get to finish; undefined if nothing is to be said. */
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

/** Announcements as JSON, one object a line, so that programs can read the log. */
export const jsonAnnouncements: Announcements = {
  request: accessRecord,
  serving: async (url) => record('serving', { url }),
  stopping: (underWay) => record('stopping', { underWay }),
  stopped: () => record('stopped'),
};
