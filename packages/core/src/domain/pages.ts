/** The start of a page. */
export interface PageStart {
  readonly limit: number;
  /** The last key of the page before. */
  readonly after?: string;
  readonly resume?: string;
}
