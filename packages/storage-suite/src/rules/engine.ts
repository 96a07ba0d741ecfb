import { buildImage, buildIndex, snapshotFromJson, snapshotToJson } from '@coracle/registry/core/testing';
import { engineOn, mustPull, openRegistry, refused, repositoryName, sees, sha256, upload } from '../engine-given.ts';
import { randomBytes } from '../given.ts';
import type { RuleText } from '../rule.ts';

export const engineRuleTexts: readonly RuleText[] = [
  {
    name: 'an image that was pushed is described, and pulled byte for byte',
    async test(bench) {
      const engine = await openRegistry(bench);
      const image = await buildImage({ layers: [randomBytes(9 * 1024 * 1024), 'small'] });
      await engine.seed({ public: { [repositoryName]: [{ image, tags: ['v1', 'v2'] }] } });
      const { imageDetails } = await engine.ecrPublic.describeImages({ repositoryName });
      sees(
        'the images',
        imageDetails.map(({ imageDigest, imageTags }) => [imageDigest, imageTags]),
        [[image.digest, ['v1', 'v2']]],
      );
      for (const reference of ['v1', 'v2', image.digest]) await mustPull(engine, image, reference);
    },
  },
  {
    name: 'a layer uploaded in parts has the digest of all its bytes',
    async test(bench) {
      const engine = engineOn(bench);
      await engine.ecrPublic.createRepository({ repositoryName });
      const parts = [randomBytes(5 * 1024 * 1024), randomBytes(1000, 2)] as const;
      const uploadId = await upload(engine, parts);
      const wrong = [`sha256:${'0'.repeat(64)}`];
      await refused(
        'a wrong digest',
        engine.ecrPublic.completeLayerUpload({ repositoryName, uploadId, layerDigests: wrong }),
        'InvalidLayerException',
      );
      const { layerDigest } = await engine.ecrPublic.completeLayerUpload({
        repositoryName,
        uploadId,
        layerDigests: ['any:00'],
      });
      sees('the digest', layerDigest, await sha256(...parts));
      const { layers } = await engine.ecrPublic.batchCheckLayerAvailability({
        repositoryName,
        layerDigests: [layerDigest],
      });
      sees('the layer', layers, [
        { layerDigest, layerAvailability: 'AVAILABLE', layerSize: parts[0].length + parts[1].length },
      ]);
    },
  },
  {
    name: 'a tag that moves leaves its image untagged, and a list goes before its images',
    async test(bench) {
      const engine = engineOn(bench);
      const { public: seeded } = await engine.seed({ public: { [repositoryName]: ['a', 'b'] } });
      const images = seeded[repositoryName] ?? [];
      const index = await buildIndex({ images });
      await engine.ecrPublic.putImage({ repositoryName, imageManifest: index.manifest, imageTag: 'a' });
      const { imageDetails } = await engine.ecrPublic.describeImages({ repositoryName });
      sees(
        'the tags',
        imageDetails.map(({ imageTags }) => imageTags ?? []),
        [[], ['b'], ['a']],
      );
      const imageIds = [...images, index].map(({ digest: imageDigest }) => ({ imageDigest }));
      const first = await engine.ecrPublic.batchDeleteImage({ repositoryName, imageIds });
      sees('the number of images that an index keeps', first.failures.length, 2);
      const second = await engine.ecrPublic.batchDeleteImage({ repositoryName, imageIds: imageIds.slice(0, 2) });
      sees('the number of deleted images', second.imageIds.length, 2);
    },
  },
  {
    name: 'pages of repositories, images and tags are whole and in order',
    async test(bench) {
      const engine = engineOn(bench);
      const names = Array.from({ length: 7 }, (_, i) => `pages/r${i}`);
      for (const name of names) await engine.ecrPublic.createRepository({ repositoryName: name });
      const tags = ['1', '10', '2', 'A', '_', 'a', 'b.c'];
      const { public: seeded } = await engine.seed({ public: { [repositoryName]: tags } });
      const repositories: string[][] = [];
      for await (const page of engine.ecrPublic.paginateDescribeRepositories({}, { pageSize: 3 })) {
        repositories.push(page.repositories.map((repository) => repository.repositoryName));
      }
      sees('the pages of repositories', repositories, [
        names.slice(0, 3),
        names.slice(3, 6),
        [...names.slice(6), repositoryName],
      ]);
      const digests: string[] = [];
      for await (const page of engine.ecrPublic.paginateDescribeImages({ repositoryName }, { pageSize: 2 })) {
        digests.push(...page.imageDetails.map(({ imageDigest }) => imageDigest));
      }
      sees(
        'the images by push',
        digests,
        seeded[repositoryName]?.map(({ digest }) => digest),
      );
      const found: string[] = [];
      for await (const page of engine.ecrPublic.paginateDescribeImageTags({ repositoryName }, { pageSize: 3 })) {
        found.push(...page.imageTagDetails.map(({ imageTag }) => imageTag));
      }
      sees('the tags by name', found, [...tags].sort());
    },
  },
  {
    name: 'policy, tags and catalog data are kept, and gone with their repository',
    async test(bench) {
      const engine = engineOn(bench);
      const catalogData = {
        aboutText: 'ü'.repeat(25_600),
        usageText: '界'.repeat(25_600),
        logoImageBlob: randomBytes(1000),
      };
      const tags = [{ Key: 'key', Value: 'value' }];
      const { repository } = await engine.ecrPublic.createRepository({ repositoryName, catalogData, tags });
      const { repositoryArn: resourceArn } = repository;
      await engine.ecrPublic.setRepositoryPolicy({ repositoryName, policyText: policy });
      sees('the tags', (await engine.ecrPublic.listTagsForResource({ resourceArn })).tags, tags);
      const kept = (await engine.ecrPublic.getRepositoryCatalogData({ repositoryName })).catalogData;
      sees('the usage text', kept.usageText, catalogData.usageText);
      await engine.ecrPublic.deleteRepository({ repositoryName });
      await engine.ecrPublic.createRepository({ repositoryName });
      sees('the catalog data of a new one', await engine.ecrPublic.getRepositoryCatalogData({ repositoryName }), {
        catalogData: {},
      });
      await refused(
        'its policy',
        engine.ecrPublic.getRepositoryPolicy({ repositoryName }),
        'RepositoryPolicyNotFoundException',
      );
    },
  },
  {
    name: 'a snapshot brings back exactly what was there, and so does its JSON',
    async test(bench) {
      const engine = await openRegistry(bench);
      const { public: seeded } = await engine.seed({ public: { [repositoryName]: ['v1'] } });
      const snapshot = await engine.snapshot();
      for (const saved of [snapshot, snapshotFromJson(snapshotToJson(snapshot))]) {
        await engine.ecrPublic.deleteRepository({ repositoryName, force: true });
        await engine.ecrPublic.createRepository({ repositoryName: 'later' });
        await engine.restore(saved);
        const { repositories } = await engine.ecrPublic.describeRepositories({});
        sees(
          'the repositories',
          repositories.map((one) => one.repositoryName),
          [repositoryName],
        );
        for (const image of seeded[repositoryName] ?? []) await mustPull(engine, image, 'v1');
      }
    },
  },
  {
    name: 'of twenty that create one repository, one wins',
    needs: ['atomicCommit'],
    async test(bench) {
      const engine = engineOn(bench);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 20 }, () => engine.ecrPublic.createRepository({ repositoryName })),
      );
      sees('the number of calls that succeeded', outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      for (const outcome of outcomes) {
        if (outcome.status === 'rejected')
          await refused('a call that lost', Promise.reject(outcome.reason), 'RepositoryAlreadyExistsException');
      }
    },
  },
  {
    name: 'twenty images pushed at once to one repository are all there, and one tag is on one of them',
    needs: ['atomicCommit'],
    async test(bench) {
      const engine = await openRegistry(bench);
      await engine.ecrPublic.createRepository({ repositoryName });
      const images = await Promise.all(Array.from({ length: 20 }, (_, i) => buildImage({ layers: ['base', `${i}`] })));
      await Promise.all(
        images.map((image) => engine.seed({ public: { [repositoryName]: [{ image, tags: ['latest'] }] } })),
      );
      const { imageDetails } = await engine.ecrPublic.describeImages({ repositoryName });
      sees(
        'the digests',
        imageDetails.map(({ imageDigest }) => imageDigest).sort(),
        images.map(({ digest }) => digest).sort(),
      );
      sees('the number of tagged images', imageDetails.filter(({ imageTags }) => imageTags).length, 1);
    },
  },
  {
    name: 'after a reopening all is there, and an open upload goes on',
    needs: ['reopen'],
    async test(bench) {
      const before = await openRegistry(bench);
      const { public: seeded } = await before.seed({ public: { [repositoryName]: ['v1'] } });
      const parts = [randomBytes(5 * 1024 * 1024), randomBytes(100, 2)] as const;
      const uploadId = await upload(before, [parts[0]]);
      await bench.reopen();
      const engine = engineOn(bench);
      for (const image of seeded[repositoryName] ?? []) await mustPull(engine, image, 'v1');
      const partFirstByte = parts[0].length;
      const partLastByte = partFirstByte + parts[1].length - 1;
      await engine.ecrPublic.uploadLayerPart({
        repositoryName,
        uploadId,
        partFirstByte,
        partLastByte,
        layerPartBlob: parts[1],
      });
      const { layerDigest } = await engine.ecrPublic.completeLayerUpload({
        repositoryName,
        uploadId,
        layerDigests: ['any:00'],
      });
      sees('the digest', layerDigest, await sha256(...parts));
    },
  },
];

const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr-public:DescribeImages' }],
});
