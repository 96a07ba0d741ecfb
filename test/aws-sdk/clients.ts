import { ECRClient } from '@aws-sdk/client-ecr';
import { ECRPUBLICClient } from '@aws-sdk/client-ecr-public';
import { serve } from '@coracle/cli';
import { createRegistry, type Registry } from '@coracle/registry';
import { awsSdk } from '@coracle/registry/aws-sdk';

/** The SDK's clients on a registry of their own. */
export interface Clients {
  readonly registry: Registry;
  readonly ecrPublic: ECRPUBLICClient;
  readonly ecr: ECRClient;
  close(): Promise<void>;
}

/** The two ways in which the SDK reaches a registry: as its request handler, and over a socket. */
export const ways = ['in process', 'over HTTP'] as const;

export async function connect(
  way: (typeof ways)[number],
  options: { readonly maxAttempts?: number } = {},
): Promise<Clients> {
  if (way === 'in process') {
    const registry = createRegistry();
    const config = { ...awsSdk(registry), ...options };
    return {
      registry,
      ecrPublic: new ECRPUBLICClient(config),
      ecr: new ECRClient(config),
      close: () => registry.close(),
    };
  }
  const server = await serve({ port: 0 });
  const config = {
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    ...options,
  };
  return {
    registry: server.registry,
    ecrPublic: new ECRPUBLICClient(config),
    ecr: new ECRClient(config),
    close: () => server.close(),
  };
}
