/**
 * Stops this page and all of its threads before its `nth` step in IndexedDB. A step hands in a write, commits a
 * transaction, or hears that one was committed. The page requests `/stop` and gets no answer, and the test kills it.
 * @returns a function that counts the steps so far
 */
export function stopAt(nth: number): () => number {
  let steps = 0;
  const step = () => {
    if (++steps !== nth) return;
    const request = new XMLHttpRequest();
    request.open('GET', '/stop', false);
    request.send();
  };
  const before = <Target, Name extends keyof Target>(prototype: Target, name: Name) => {
    const original = prototype[name] as (...input: unknown[]) => unknown;
    const stepping = function (this: Target, ...input: unknown[]) {
      step();
      return original.apply(this, input);
    };
    prototype[name] = stepping as Target[Name];
  };
  before(IDBObjectStore.prototype, 'add');
  before(IDBObjectStore.prototype, 'put');
  before(IDBObjectStore.prototype, 'delete');
  before(IDBTransaction.prototype, 'commit');

  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (...input) {
    const begun = transaction.apply(this, input);
    if (begun.mode === 'readwrite') begun.addEventListener('complete', step);
    return begun;
  };
  return () => steps;
}
