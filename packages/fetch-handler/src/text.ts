import { respond } from './respond.ts';

/** Makes a response with one line of plain text, for people to read. */
export const textAnswer = (status: number, text: string, headers?: Readonly<Record<string, string>>): Response =>
  respond(status, { 'content-type': 'text/plain; charset=utf-8', ...headers }, `${text}\n`);
