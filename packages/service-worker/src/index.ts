/**
 * Answers the requests of web pages from inside a service worker: `answerFetches(registry, { hosts: ['registry.example']
 * })`. Requests to all other hosts go to the network.
 */

export { type AnswerFetchesOptions, answerFetches, type FetchingRegistry } from './answer-fetches.ts';
export { awsHosts } from './aws-hosts.ts';
export type { Hosts } from './hosts.ts';
