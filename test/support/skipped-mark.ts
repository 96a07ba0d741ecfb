/** Stands in the names of skipped groups, before the reason. */
export const skippedMark = ' — skipped: ';
