import { digestTimes } from './digest-rounds.ts';

/** What the page runs: it tells the server that gave it what it measured. */
const sizes = JSON.parse(document.body.dataset['sizes'] ?? '[]') as number[];
const body = await digestTimes(sizes).then(
  (times) => JSON.stringify({ times }),
  (error: unknown) => JSON.stringify({ error: String(error) }),
);
await fetch('/result', { method: 'POST', body });
