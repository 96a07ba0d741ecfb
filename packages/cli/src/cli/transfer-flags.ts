import type { Flag } from './flags.ts';
import { UsageError } from './usage-error.ts';
import { type Given, sizeOf } from './values.ts';

/** The settings of `coracle push` and `coracle pull` that their flags and environment variables change. */
export interface TransferSettings {
  image?: string;
  chunkSize?: number;
  mountFrom?: readonly string[];
  cache?: string;
  insecure?: boolean;
  force?: boolean;
  quiet?: boolean;
}

/** A smaller value is a forgotten unit: `--chunk-size 90` would send each layer in millions of requests. */
const minChunkSize = 10_000;

function chunkSizeOf(given: Given): number {
  const bytes = sizeOf(given);
  if (bytes >= minChunkSize) return bytes;
  throw new UsageError(`${given.source} must be at least 10kB, such as 90MB, not '${given.text}'`);
}

type TransferFlag = Flag<TransferSettings>;

const insecure: TransferFlag = {
  kind: 'switch',
  name: 'insecure',
  says: 'use the registry over HTTP, without encryption; a registry on this machine is tried over HTTP without this flag',
  byDefault: 'off: HTTPS',
  set: (settings, isOn) => (settings.insecure = isOn),
};

const quiet: TransferFlag = {
  kind: 'switch',
  name: 'quiet',
  says: 'print only errors, and the name of the image with its digest',
  byDefault: 'off',
  set: (settings, isOn) => (settings.quiet = isOn),
};

/**
 * The flags of `coracle push`. The code that reads the command line and the environment, the help, and the table in the
 * README all use this list.
 */
export const pushFlags: readonly TransferFlag[] = [
  {
    kind: 'single',
    name: 'image',
    takes: 'NAME',
    says: 'the image to push if the archive has several: its name, its digest, or its position, counted from 0',
    byDefault: 'the only image of the archive',
    set: (settings, { text }) => (settings.image = text),
  },
  {
    kind: 'single',
    name: 'chunk-size',
    takes: 'SIZE',
    says: 'the maximum size of the body of one request, such as 50MB or 64MiB, and at least 10kB; the zones of Cloudflare refuse more than 100 MB',
    byDefault: '90MB',
    set: (settings, given) => (settings.chunkSize = chunkSizeOf(given)),
  },
  {
    kind: 'list',
    name: 'mount-from',
    takes: 'REPOSITORY',
    says: 'a repository of the same registry that may have some of the layers, which are then not sent',
    byDefault: 'the repositories to which this command has pushed the layer before',
    set: (settings, texts) => (settings.mountFrom = texts),
  },
  {
    kind: 'single',
    name: 'cache',
    takes: 'DIR',
    says: 'the folder that remembers uploads, so that the command can go on after a restart',
    byDefault: 'the folder coracle in the folder for caches of the user (XDG_CACHE_HOME)',
    set: (settings, { text }) => (settings.cache = text),
  },
  insecure,
  quiet,
];

/** The flags of `coracle pull`. */
export const pullFlags: readonly TransferFlag[] = [
  {
    kind: 'switch',
    name: 'force',
    says: 'replace the file if it exists',
    byDefault: 'off: the command fails if the file exists',
    set: (settings, isOn) => (settings.force = isOn),
  },
  insecure,
  quiet,
];
