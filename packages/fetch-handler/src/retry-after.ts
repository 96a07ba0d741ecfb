/** Tells a client that was sent away for the moment when to come again, in seconds (RFC 9110, "Retry-After"). */
export const retryAfter = (status: number): Readonly<Record<string, string>> =>
  status === 429 || status === 503 ? { 'retry-after': '1' } : {};
