import { createRegistry } from '@coracle/registry';
import { test as base, expect } from '@playwright/test';

// Each test has a registry of its own, which answers all requests of the page to AWS.
const test = base.extend({
  registry: async ({ page }, use) => {
    const registry = createRegistry();
    await page.route('https://*.amazonaws.com/**', async (route) => {
      const request = route.request();
      const [method, headers, body] = [request.method(), await request.allHeaders(), request.postDataBuffer()];
      const response = await registry.fetch(new Request(request.url(), { method, headers, body }));
      await route.fulfill({
        status: response.status,
        headers: Object.fromEntries(response.headers),
        body: Buffer.from(await response.arrayBuffer()),
      });
    });
    await use(registry);
  },
});

test('shows the tags of a repository', async ({ page, registry }) => {
  await registry.seed({ public: { 'team/web': ['v1', 'v2'] } });
  await page.goto('/');
  await expect(page.locator('#tags')).toHaveText('v1v2');
});

test('shows the exception of AWS', async ({ page, registry }) => {
  const { calls } = registry.intercept('DescribeImages');
  await page.goto('/');
  await expect(page.locator('#tags')).toHaveText('RepositoryNotFoundException');
  expect(calls).toHaveLength(1);
});
