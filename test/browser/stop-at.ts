/**
 * Makes this page stand still, for good and with all of its threads of script, where it is about to do its `nth` step in
 * IndexedDB: hand in a write, commit a transaction, or hear that one was committed. It asks the test for `/stop`, which
 * is never answered, and the test kills the page.
 * @returns how many steps there have been so far
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
