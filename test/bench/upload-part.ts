import { createHash, randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createRegistry } from '@coracle/registry';
import { awsJsonDoor } from '@coracle/registry/fetch-handler';
import { inTurns, ms, type Row } from './measure.ts';

const size = 20 * 1024 * 1024;
const repositoryName = 'team/web';

/** The body of an UploadLayerPart of 20 MiB, and where its upload's id is in it. */
function bodyOfPart(): { body: Uint8Array; idAt: number } {
  const uploadId = '0'.repeat(36);
  const text = JSON.stringify({
    repositoryName,
    uploadId,
    partFirstByte: 0,
    partLastByte: size - 1,
    layerPartBlob: randomBytes(size).toString('base64'),
  });
  return { body: new TextEncoder().encode(text), idAt: text.indexOf(uploadId) };
}

/** Decodes and hashes a part as a simple server in Node would. It stores nothing. */
function plainly(body: Uint8Array): string {
  const { layerPartBlob } = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  const text = atob(layerPartBlob);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return createHash('sha256').update(bytes).digest('hex');
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

/** UploadLayerPart from the bytes of its body to its answer. */
export async function uploadPart(): Promise<Row[]> {
  const { body, idAt } = bodyOfPart();
  const ours = async () => {
    // A new one each time: nothing of the call before is kept.
    const registry = createRegistry();
    await registry.ecrPublic.createRepository({ repositoryName });
    const { uploadId = '' } = await registry.ecrPublic.initiateLayerUpload({ repositoryName });
    new TextEncoder().encodeInto(uploadId, body.subarray(idAt));
    const target = 'SpencerFrontendService.UploadLayerPart';
    const { status, body: answer } = await awsJsonDoor(registry).answer({ target, body });
    if (status !== 200) throw new Error(answer);
  };
  const [own = Number.NaN, plain = Number.NaN] = await inTurns([ours, async () => plainly(body)], {
    rounds: 20,
    callsPerRound: 1,
    // Or else each would clean up after the other: a call leaves up to 100 MB of garbage.
    before: collectGarbage,
  });
  return [
    {
      what: 'UploadLayerPart of 20 MiB against JSON.parse + atob + native SHA-256',
      ratio: plain / own,
      bound: { atLeast: 3 },
      figures: `${ms(own)}, stored, against ${ms(plain)}, not stored`,
    },
  ];
}
