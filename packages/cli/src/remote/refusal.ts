import { shown } from './failure.ts';
import { recordIn } from './json.ts';

/** The errors in the body of an answer ("Error Codes" of the OCI distribution specification). */
export interface Refusal {
  /** The code of the first error, such as `NAME_UNKNOWN`; an empty text if the body has none. */
  readonly code: string;
  readonly message: string;
}

/** The maximum number of errors of an answer that an error text quotes. */
const maxErrors = 3;

/**
 * Reads the body of an answer that refuses a request. Returns the messages of its first errors, and the first code. Some
 * token servers have a text `details` in place of errors.
 */
export function readRefusal(text: string): Refusal {
  const { errors, details } = recordIn(text);
  if (typeof details === 'string') return { code: '', message: shown(details) };
  if (!Array.isArray(errors)) return { code: '', message: shown(text.replace(/<[^<>]*>/g, ' ')) };
  const all = errors.map((error: { code?: unknown; message?: unknown } | null) => error ?? {});
  const messages = all.slice(0, maxErrors).flatMap(({ message }) => (typeof message === 'string' ? message : []));
  const code = all[0]?.code;
  return { code: typeof code === 'string' ? shown(code) : '', message: shown([...new Set(messages)].join('; ')) };
}
