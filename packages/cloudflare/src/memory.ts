/**
 * The maximum number of bytes that the requests of one isolate hold in memory. An isolate has 128 MB, and a piece that is
 * sent to the bucket takes its memory twice.
 */
export const maxBufferedBytes = 48 * 1024 * 1024;
