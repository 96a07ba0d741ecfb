import type { RunningServer } from '@coracle/cli';
import { buildImage } from '@coracle/registry';
import type { OperationName } from '@coracle/registry/core';
import type { Aws } from '../../support/clients.ts';

export interface Given {
  readonly server: RunningServer;
  readonly aws: Aws;
  readonly folder: string;
}

/** A test of each operation through the AWS CLI. Each has a server of its own. */
export type Cases = Readonly<Record<OperationName<'ecr-public'>, (given: Given) => Promise<void>>>;

export const accountId = '123456789012';
export const team = ['--repository-name', 'team/web'];
export const arn = `arn:aws:ecr-public::${accountId}:repository/team/web`;

/** Milliseconds since 1970: version 1 of the CLI prints times as they come, version 2 as ISO 8601. */
export const timeOf = (printed: string | number) =>
  typeof printed === 'number' ? printed * 1000 : Date.parse(printed);

/** A repository with nothing in it. */
export const empty = (server: RunningServer) => server.registry.seed({ public: { 'team/web': [] } });

/** A repository with an image `v1`. */
export async function withImage(server: RunningServer) {
  const image = await buildImage({ layers: ['one', 'two'] });
  await server.registry.seed({ public: { 'team/web': [{ image, tags: ['v1'] }] } });
  const size = image.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0);
  return { image, size };
}
