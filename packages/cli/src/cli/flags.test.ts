import { readFileSync } from 'node:fs';
import { accessSettings } from '@coracle/registry/fetch-handler';
import { describe, expect, it } from 'vitest';
import type { NamedOption } from '../serve/naming.ts';
import { flagOf, flags, variableOf } from './flags.ts';
import { pullFlags, pushFlags } from './transfer-flags.ts';

describe('flags', () => {
  it('have names and options of their own', () => {
    const options = flags.flatMap(({ option }) => option ?? []);
    expect(new Set(options).size).toBe(options.length);
    for (const rows of [flags, pushFlags, pullFlags]) {
      expect(new Set(rows.map(variableOf)).size).toBe(rows.length);
    }
  });

  it.each(['Dockerfile', 'compose.yaml', 'README.md'])('have every variable that %s names', (file) => {
    const text = readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');
    const named = [...new Set(text.match(/CORACLE_[A-Z_]+/g))].filter((name) => name !== 'CORACLE_');
    expect(named.length).toBeGreaterThan(0);
    const known = [
      ...[...flags, ...pushFlags, ...pullFlags].map(variableOf),
      ...accessSettings.map((name) => `CORACLE_${name}`),
    ];
    expect(known).toEqual(expect.arrayContaining(named));
  });

  it('stand for every option that a sentence of the server names', () => {
    const named: Record<NamedOption, string> = {
      port: '--port',
      host: '--host',
      allowHosts: '--allow-host',
      'cors.origins': '--cors-origin',
      maxConnections: '--max-connections',
    };
    for (const [option, flag] of Object.entries(named)) expect(flagOf(option)).toBe(flag);
  });
});
