/** The point at which a page of a list starts, and the maximum number of entries on the page. */
export interface PageStart {
  readonly limit: number;
  /** The key of the last entry on the previous page. It is undefined for the first page. */
  readonly after?: string;
  readonly resume?: string;
}
