import type {
  CreateRepositoryCommandInput as CreatePrivate,
  CreateRepositoryCommandOutput as PrivateOutput,
} from '@aws-sdk/client-ecr';
import type {
  BatchDeleteImageCommandInput,
  CreateRepositoryCommandInput,
  PutImageCommandInput,
  UploadLayerPartCommandInput,
} from '@aws-sdk/client-ecr-public';
import { createRegistry, type Registry } from '@coracle/registry';
import { expect, expectTypeOf, it } from 'vitest';

it('inputs of the SDK’s commands can be given to the typed methods, and are refused if a needed member is undefined', async () => {
  type Takes<Method extends (...args: never[]) => unknown> = Parameters<Method>[0];
  expectTypeOf<CreateRepositoryCommandInput>().toExtend<Takes<Registry['ecrPublic']['createRepository']>>();
  expectTypeOf<PutImageCommandInput>().toExtend<Takes<Registry['ecrPublic']['putImage']>>();
  expectTypeOf<BatchDeleteImageCommandInput>().toExtend<Takes<Registry['ecrPublic']['batchDeleteImage']>>();
  expectTypeOf<UploadLayerPartCommandInput>().toExtend<Takes<Registry['ecrPublic']['uploadLayerPart']>>();
  expectTypeOf<CreatePrivate>().toExtend<Takes<Registry['ecr']['createRepository']>>();
  expectTypeOf<Awaited<ReturnType<Registry['ecr']['createRepository']>>>().toExtend<Omit<PrivateOutput, '$metadata'>>();

  const input: CreateRepositoryCommandInput = { repositoryName: undefined };
  await expect(createRegistry().ecrPublic.createRepository(input)).rejects.toMatchObject({
    name: 'InvalidParameterException',
    message: "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'Member must not be null'",
  });
});
