/** A request to the fuzzed server. */
export type ToServer = 'measure' | 'end';

/** A message of the fuzzed server. */
export type FromServer =
  | { readonly is: 'serving'; readonly url: string }
  /** The text of an error that is not the registry's own. */
  | { readonly is: 'failure'; readonly text: string }
  | ({ readonly is: 'measures' } & Measures)
  | ({ readonly is: 'end' } & Ending);

/** Sizes are MiB, times are milliseconds. */
export interface Measures {
  /** V8's heap and what is outside of it, after a garbage collection. */
  readonly heap: number;
  /** Of it, what is in array buffers: the pieces of layers and manifests, mostly. */
  readonly stored: number;
  /** The most resident memory that the process has had. */
  readonly peak: number;
  /** The longest block of the event loop since the measure before. */
  readonly longestBlock: number;
  /** The longest pause of V8's garbage collection in the same time. */
  readonly gcPause: number;
}

/** The state after everything was deleted. */
export interface Ending {
  /** At the end of the requests. */
  readonly measures: Measures;
  /** The pieces that were stored before everything was deleted. */
  readonly stored: number;
  /** The number of deleted repositories. */
  readonly repositories: number;
  /** MiB, as in {@link Measures}. */
  readonly heap: number;
  /** Pieces that records still name. */
  readonly pieces: number;
  /** Handles that keep the process alive. */
  readonly open: readonly string[];
}
