let sources = 0;

const random = () => Math.floor(Math.random() * 2 ** 32).toString(36);

/**
 * Makes a function that returns ids which no other source returns, in this process or another: for versions of records
 * and for ids that no answer shows. They are unique, but not unguessable.
 *
 * `crypto` is not used, because Node takes 5 ms to load it, which each test file would wait for. The number of the source
 * keeps the ids of a process apart even if a test replaces `Math.random`.
 */
export function uniqueIds(): () => string {
  let own: string | undefined;
  let n = 0;
  return () => {
    own ??= [random(), random(), random(), (sources++).toString(36)].join('-');
    return `${own}-${(n++).toString(36)}`;
  };
}
