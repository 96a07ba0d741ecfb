import { describe, expect, it } from 'vitest';
import { progressOf, sizeText } from './progress.ts';
import { ownSurroundings } from './surroundings.ts';

function shown(columns: number | undefined, direction: 'push' | 'pull' = 'push', quiet = false) {
  const written: string[] = [];
  let now = 0;
  const progress = progressOf(direction, quiet, {
    ...ownSurroundings(),
    tell: (text) => written.push(text),
    columns: () => columns,
    patience: { wait: async () => undefined, random: () => 0, now: () => now },
  });
  const pass = (milliseconds: number) => {
    now += milliseconds;
  };
  return { progress, written, pass };
}

const [one, two] = [`sha256:${'1'.repeat(64)}`, `sha256:${'2'.repeat(64)}`];
const size = 90_000_000;

describe('the progress', () => {
  it('is one line for each layer if it is not a terminal', () => {
    const { progress, written } = shown(undefined);
    progress.onEvent({ kind: 'exists', digest: one, size });
    progress.onEvent({ kind: 'resumed', digest: two, bytes: 1_000_000, size });
    progress.onEvent({ kind: 'moved', digest: two, bytes: 2_000_000, size });
    progress.onEvent({ kind: 'notice', text: 'busy; next try in 0.5 s' });
    progress.onEvent({ kind: 'done', digest: two, size });
    progress.end();
    expect(written).toEqual([
      'sha256:111111111111  90.0 MB  is in the registry already\n',
      'sha256:222222222222  90.0 MB  goes on after 1.0 MB\n',
      'busy; next try in 0.5 s\n',
      'sha256:222222222222  90.0 MB  pushed\n',
    ]);
  });

  it('in a log tells of a long layer every half minute', () => {
    const { progress, written, pass } = shown(undefined);
    for (let second = 1; second <= 65; second++) {
      pass(1000);
      progress.onEvent({ kind: 'moved', digest: one, bytes: second * 1_000_000, size });
    }
    expect(written).toEqual([
      'sha256:111111111111  [========                ]  30.0 MB of 90.0 MB\n',
      'sha256:111111111111  [================        ]  60.0 MB of 90.0 MB\n',
    ]);
  });

  it('is silent if it is told so', () => {
    const { progress, written } = shown(80, 'push', true);
    progress.onEvent({ kind: 'notice', text: 'busy' });
    progress.end();
    expect(written).toEqual([]);
  });

  it('of a pull does not tell of blobs that the registry has', () => {
    const { progress, written } = shown(undefined, 'pull');
    progress.onEvent({ kind: 'exists', digest: one, size });
    progress.onEvent({ kind: 'done', digest: one, size });
    expect(written).toEqual(['sha256:111111111111  90.0 MB  pulled\n']);
  });

  it('changes the lines of layers in progress on a terminal, at most ten times in a second', () => {
    const { progress, written, pass } = shown(65);
    progress.onEvent({ kind: 'moved', digest: one, bytes: 45_000_000, size });
    progress.onEvent({ kind: 'moved', digest: two, bytes: 1, size: undefined });
    expect(written).toEqual(['sha256:111111111111  [============            ]  45.0 MB of 90.0\n']);
    pass(100);
    progress.onEvent({ kind: 'moved', digest: two, bytes: 2, size: undefined });
    expect(written[1]).toBe(`\u001b[1A\r\u001b[J${written[0]}sha256:222222222222  [                        ]  2 B\n`);
    progress.onEvent({ kind: 'done', digest: one, size });
    expect(written[2]).toBe(
      '\u001b[2A\r\u001b[Jsha256:111111111111  90.0 MB  pushed\nsha256:222222222222  [                        ]  2 B\n',
    );
    progress.end();
    progress.end();
    expect(written).toHaveLength(4);
  });
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [1.5e9, '1.5 GB'],
  [2e15, '2000.0 TB'],
])('sizeText of %d is %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
