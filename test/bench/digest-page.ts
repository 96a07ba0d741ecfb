import { digestTimes } from './digest-rounds.ts';

/** The program of the page. It measures, and sends the times to its server. */
const sizes = JSON.parse(document.body.dataset['sizes'] ?? '[]') as number[];
const body = await digestTimes(sizes).then(
  (times) => JSON.stringify({ times }),
  (error: unknown) => JSON.stringify({ error: String(error) }),
);
await fetch('/result', { method: 'POST', body });
