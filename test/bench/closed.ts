import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRPUBLICClient,
  InitiateLayerUploadCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr-public';
import { type ServeOptions, serve } from '@coracle/cli';
import { inTurns, ms, type Row } from './measure.ts';

const repositoryName = 'team/web';
const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
/** The layer part whose request has a body of 64 KiB. */
const partBytes = 48 * 1024;

/** Calls of a client on a server: a short one, and one with a body of 64 KiB. */
async function callsOf(access: ServeOptions['access']) {
  const server = await serve({ port: 0, ...(access === undefined ? {} : { access }) });
  const client = new ECRPUBLICClient({ endpoint: server.url, region: 'us-east-1', credentials: key });
  await client.send(new CreateRepositoryCommand({ repositoryName }));
  const { uploadId } = await client.send(new InitiateLayerUploadCommand({ repositoryName }));
  const layerPartBlob = new Uint8Array(partBytes).fill(7);
  let partFirstByte = 0;
  return {
    short: () => client.send(new DescribeRepositoriesCommand({})),
    async long() {
      const partLastByte = partFirstByte + partBytes - 1;
      const part = { repositoryName, uploadId, partFirstByte, partLastByte, layerPartBlob };
      await client.send(new UploadLayerPartCommand(part));
      partFirstByte = partLastByte + 1;
    },
    async stop() {
      client.destroy();
      await server.close({ within: 0 });
    },
  };
}

/** Compares calls of a closed server with the same calls of an open one. The time of the client and the connection counts. */
export async function closed(): Promise<Row[]> {
  const [shut, open] = [await callsOf({ keys: [key] }), await callsOf(undefined)];
  const rows: Row[] = [];
  for (const [what, kind] of [
    ['DescribeRepositories', 'short'],
    ['UploadLayerPart with a body of 64 KiB', 'long'],
  ] as const) {
    const [own = Number.NaN, other = Number.NaN] = await inTurns([shut[kind], open[kind]], {
      rounds: 400,
      callsPerRound: 2,
    });
    rows.push({
      what: `SDK call of a closed server against the same call of an open one, ${what}, in time`,
      ratio: own / other,
      bound: { atMost: 1.15 },
      figures: `${ms(own)} against ${ms(other)}`,
    });
  }
  await Promise.all([shut.stop(), open.stop()]);
  return rows;
}
