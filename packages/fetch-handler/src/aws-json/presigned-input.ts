import type { Service } from '@coracle/core';
export const readPresignedInput = (_s: Service, _o: string, query: URLSearchParams): unknown =>
  Object.fromEntries([...query].filter(([name]) => !name.startsWith('X-Amz-')));
