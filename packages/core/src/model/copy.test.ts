import { describe, expect, it } from 'vitest';
import { ecrPublic } from '../services/ecr-public.ts';
import { validateInput } from './validate.ts';

const part = (layerPartBlob: unknown) =>
  validateInput(ecrPublic, 'UploadLayerPart', {
    repositoryName: 'ab',
    uploadId: '6cb64b8a-9378-0e33-2ab1-b780fab8a9e9',
    partFirstByte: 0,
    partLastByte: 2,
    layerPartBlob,
  }).layerPartBlob;

describe('the copy of an input', () => {
  it('has no absent, null or unknown members', () => {
    const input = { repositoryName: 'ab', catalogData: null, tags: undefined, nonsense: 1 };
    expect(validateInput(ecrPublic, 'CreateRepository', input)).toStrictEqual({ repositoryName: 'ab' });
  });

  it('shares nothing with the original', () => {
    const tags = [{ Key: 'a', Value: 'b' }];
    const input = { repositoryName: 'ab', catalogData: { architectures: ['ARM'] }, tags };
    const copy = validateInput(ecrPublic, 'CreateRepository', input);
    input.catalogData.architectures[0] = 'x86';
    tags.push({ Key: 'c', Value: 'd' });
    Object.assign(tags[0] ?? {}, { Key: 'z' });
    expect(copy).toStrictEqual({
      repositoryName: 'ab',
      catalogData: { architectures: ['ARM'] },
      tags: [{ Key: 'a', Value: 'b' }],
    });
  });

  it('does not change the original', () => {
    const input = Object.freeze({ repositoryName: 'ab', tags: Object.freeze([Object.freeze({ Key: 'a' })]) });
    expect(validateInput(ecrPublic, 'CreateRepository', input)).toStrictEqual(input);
  });

  it('reads each member once', () => {
    const names = ['good', '../../bad'];
    const input = {
      get repositoryName() {
        return names.shift();
      },
    };
    expect(validateInput(ecrPublic, 'CreateRepository', input)).toStrictEqual({ repositoryName: 'good' });
    expect(names).toEqual(['../../bad']);
  });

  it('takes an instance of a class, whose members may be inherited', () => {
    class Input {
      get repositoryName() {
        return 'ab';
      }
    }
    expect(validateInput(ecrPublic, 'CreateRepository', new Input())).toStrictEqual({ repositoryName: 'ab' });
  });

  it('is not misled by names of the prototype', () => {
    const input: unknown = JSON.parse(
      '{"repositoryName":"ab","__proto__":{"tags":[{"Key":"x"}]},"constructor":{"prototype":{"force":true}},"toString":1}',
    );
    const copy = validateInput(ecrPublic, 'CreateRepository', input);
    expect(copy).toStrictEqual({ repositoryName: 'ab' });
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
    expect('force' in {}).toBe(false);
  });

  it('takes bytes as they are, from any view or buffer', () => {
    const bytes = Uint8Array.of(1, 2, 3);
    expect(part(bytes)).toBe(bytes);
    const { buffer } = Uint8Array.of(0, 1, 2, 3, 4);
    expect(part(new DataView(buffer, 1, 3))).toStrictEqual(bytes);
    expect(part(new Uint8ClampedArray(buffer, 1, 3))).toStrictEqual(bytes);
    expect(part(new Uint16Array(buffer.slice(0, 4)))).toStrictEqual(Uint8Array.of(0, 1, 2, 3));
    expect(part(bytes.buffer)).toStrictEqual(bytes);
    expect(() => part([1, 2, 3])).toThrow('START_ARRAY can not be converted to a Blob');
    expect(() => part({ byteLength: 3, length: 3 })).toThrow('START_OBJECT can not be converted to a Blob');
  });

  it('makes a plain Uint8Array of a subclass, whose slice may not copy, without copying the bytes', () => {
    class Bytes extends Uint8Array {
      override slice(): never {
        throw new Error('not a copy');
      }
    }
    const bytes = Bytes.of(1, 2, 3);
    const taken = part(bytes);
    expect(taken.slice()).toStrictEqual(Uint8Array.of(1, 2, 3));
    expect(taken.buffer).toBe(bytes.buffer);
  });

  it('does not walk a list that is too long anyway', () => {
    let reads = 0;
    const imageIds = new Proxy(new Array(1_000_000), {
      get: (list, key) => {
        reads++;
        return Reflect.get(list, key);
      },
    });
    const call = () => validateInput(ecrPublic, 'BatchDeleteImage', { repositoryName: 'ab', imageIds });
    expect(call).toThrow('Member must have length less than or equal to 100');
    expect(reads).toBeLessThan(110);
  });
});
