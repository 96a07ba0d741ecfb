import { digestSpeeds } from './digest-rounds.ts';

/** The program of the page. It measures, and sends the speeds to its server. */
const sizes = JSON.parse(document.body.dataset['sizes'] ?? '[]') as number[];
const body = await digestSpeeds(sizes).then(
  (speeds) => JSON.stringify({ speeds }),
  (error: unknown) => JSON.stringify({ error: String(error) }),
);
await fetch('/result', { method: 'POST', body });
