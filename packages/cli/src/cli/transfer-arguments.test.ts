import { describe, expect, it } from 'vitest';
import { readCommand } from './arguments.ts';
import { UsageError } from './usage-error.ts';

describe('readCommand for push and pull', () => {
  it('reads the file, the image and the flags of push', () => {
    const args = ['push', 'web.tar', 'ghcr.io/team/web:v1', '--chunk-size', '20MB', '--image=v1', '--insecure'];
    expect(readCommand([...args, '--mount-from', 'a', '--mount-from', 'b', '--cache', 'x', '--quiet'], {})).toEqual({
      name: 'push',
      path: 'web.tar',
      reference: { registry: 'ghcr.io', repository: 'team/web', tag: 'v1', digest: undefined },
      settings: {
        ...{ chunkSize: 20_000_000, image: 'v1', insecure: true },
        ...{ mountFrom: ['a', 'b'], cache: 'x', quiet: true },
      },
      warnings: [],
    });
  });

  it('reads the image, the file and the flags of pull', () => {
    const environment = { CORACLE_FORCE: 'yes', CORACLE_QUIET: '', CORACLE_PORT: '1', CORACLE_USERNAME: 'alice' };
    expect(readCommand(['pull', 'web', 'web.tar'], environment)).toEqual({
      name: 'pull',
      path: 'web.tar',
      reference: { registry: 'docker.io', repository: 'library/web', tag: 'latest', digest: undefined },
      settings: { force: true },
      warnings: [],
    });
  });

  it('reads the flags of push from the environment, and warns of unknown variables', () => {
    const environment = { CORACLE_CHUNK_SIZE: '64MiB', CORACLE_MOUNT_FROM: 'a, b', CORACLE_CHUNKS: '1' };
    expect(readCommand(['push', 'web.tar', 'web'], environment)).toMatchObject({
      settings: { chunkSize: 64 * 1024 * 1024, mountFrom: ['a', 'b'] },
      warnings: [expect.stringContaining('CORACLE_CHUNKS is ignored')],
    });
  });

  const digest = `sha256:${'0'.repeat(64)}`;
  it.each([
    [['push'], "'coracle push' needs two arguments: <image.tar or folder> <registry>/<name>:<tag>"],
    [['pull', 'web'], "'coracle pull' needs two arguments: <registry>/<name>:<tag> <image.tar>"],
    [['push', 'a', 'b', 'c'], "'coracle push' takes two arguments: remove 'c'"],
    [['push', 'a', 'b', '--port', '80'], "'coracle push' has no option --port; it is an option of serve"],
    [['serve', '--insecure'], "'coracle serve' has no option --insecure; it is an option of push and pull"],
    [['pull', 'a', 'b', '--chunk-size', '1'], "'coracle pull' has no option --chunk-size; it is an option of push"],
    [['push', 'a', 'b', '--chunk-size', 'big'], "--chunk-size must be a size such as 256MiB, not 'big'"],
    [['push', 'a', 'b', '--chunk-size', '90'], "--chunk-size must be at least 10kB, such as 90MB, not '90'"],
    [
      ['push', 'localhost:5000/web', './web.tar'],
      'the arguments have the wrong order: write coracle push <image.tar or folder> <registry>/<name>:<tag>',
    ],
    [
      ['pull', 'web.tar', 'ghcr.io/web:v1'],
      'the arguments have the wrong order: write coracle pull <registry>/<name>:<tag> <image.tar>',
    ],
    [['push', '-', 'web'], "'coracle push' does not use standard input: save the image as a file first"],
    [['pull', 'web', '-'], "'coracle pull' does not use standard output: write the name of a file"],
    [['push', 'a', 'b', '--imagee', 'x'], 'there is no option --imagee; did you mean --image?'],
    [['push', 'a', `web@${digest}`], `an image is pushed to a tag and not to a digest: remove '@${digest}'`],
    [
      ['push', 'a', 'ghcr.io/web:'],
      "'ghcr.io/web:' is not the name of an image: the tag '' must have at most 128 letters, digits, '_', '.' and '-'. " +
        'Write <registry>/<name>:<tag>',
    ],
  ])('refuses %j in one sentence', (args, sentence) => {
    expect(() => readCommand(args, {})).toThrow(new UsageError(sentence));
  });
});
