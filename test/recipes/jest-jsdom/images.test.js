const { createRegistry } = require('@coracle/registry');

test('has typed methods', async () => {
  const registry = createRegistry();
  await registry.seed({ public: { 'team/web': ['v1'] } });

  const { imageDetails } = await registry.ecrPublic.describeImages({ repositoryName: 'team/web' });
  expect(imageDetails[0].imageTags).toEqual(['v1']);
});

test('says what fetch needs, because jsdom has no Request and no Response', async () => {
  const request = { url: 'http://localhost/v2/', method: 'GET' };
  await expect(createRegistry().fetch(request)).rejects.toThrow('`fetch` needs Request, Response');
});
