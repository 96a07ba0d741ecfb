import { describe, expect, it } from 'vitest';
import { generate, stale } from '../../scripts/generate-model.mjs';

describe('the generated model', () => {
  it('is what scripts/generate.mjs writes (run it, and commit what it changes)', () => {
    expect(stale()).toEqual([]);
  });

  it('can be made of both services whole', () => {
    const files = generate({ 'ecr-public': 'all', ecr: 'all' });
    expect([...files.keys()].sort()).toEqual([
      'ecr-facts.ts',
      'ecr-inputs.ts',
      'ecr-public-facts.ts',
      'ecr-public-inputs.ts',
      'ecr-public.ts',
      'ecr.ts',
      'exceptions.ts',
    ]);
    expect(files.get('ecr-facts.ts')).toContain('otherOperations: readonly string[] = [];');
  });

  it('refuses an operation that the service does not have', () => {
    expect(() => generate({ 'ecr-public': ['BatchGetImage'], ecr: 'all' })).toThrow(
      'ecr-public has no operation BatchGetImage',
    );
  });

  it('has no line that ends a comment early', () => {
    for (const text of generate({ 'ecr-public': 'all', ecr: 'all' }).values()) {
      for (const comment of text.match(/\/\*\*.*/g) ?? []) expect(comment.indexOf('*/')).toBe(comment.length - 2);
    }
  });
});
