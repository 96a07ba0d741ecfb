/**
 * The maximum number of keys in a node of the tree. With a larger number, inserting becomes slower, and reading a page
 * of a list becomes faster.
 */
const mostEntries = 32;

/**
 * A node of the tree. A leaf has a value for each key, and any other node has a child for each key. No key in a child
 * sorts before the child's own key in `keys`.
 */
interface Node<V> {
  /**
   * The map that may change this node. Any other map whose tree contains the node changes a copy of the node instead.
   */
  readonly owner: object;
  readonly keys: string[];
  readonly values: V[] | undefined;
  readonly children: Node<V>[] | undefined;
}

/**
 * A map whose keys are sorted by their UTF-16 code units, implemented as a B+ tree. Reading, setting and deleting a key
 * cost O(log n).
 *
 * Copying a whole map costs O(1): the map and its copy share their nodes, and each of the two copies a shared node
 * before it changes the node.
 */
export class SortedMap<V> {
  #owner: object = {};
  #root: Node<V> = { owner: this.#owner, keys: [], values: [], children: undefined };

  get(key: string): V | undefined {
    let node = this.#root;
    while (node.children) node = node.children[childAt(node.keys, key)] as Node<V>;
    const at = firstFrom(node.keys, key);
    return node.keys[at] === key ? node.values?.[at] : undefined;
  }

  set(key: string, value: V): void {
    const root = this.#own(this.#root);
    const split = this.#set(root, key, value);
    this.#root = split
      ? {
          owner: this.#owner,
          keys: [root.keys[0] as string, split.keys[0] as string],
          values: undefined,
          children: [root, split],
        }
      : root;
  }

  delete(key: string): void {
    if (this.get(key) === undefined) return;
    const root = this.#own(this.#root);
    this.#delete(root, key);
    const [only] = root.children ?? [];
    this.#root = only && root.children?.length === 1 ? only : root;
  }

  /**
   * Calls `visit` with each value whose key is `key` or sorts after it, in the order of the keys, until `visit` returns
   * false.
   */
  visitFrom(key: string, visit: (value: V) => boolean): void {
    visitFrom(this.#root, key, visit);
  }

  /** Returns all values of the map in the order of their keys. */
  values(): V[] {
    const all: V[] = [];
    this.visitFrom('', (value) => all.push(value) > 0);
    return all;
  }

  copy(): SortedMap<V> {
    const copy = new SortedMap<V>();
    copy.become(this);
    return copy;
  }

  /** Replaces the contents of this map by those of another map, at a cost of O(1). */
  become(other: SortedMap<V>): void {
    this.#root = other.#root;
    this.#owner = {};
    other.#owner = {};
  }

  /**
   * Returns all keys whose values may differ between this map and another one. The result may contain keys whose values
   * are equal. The cost depends only on the nodes that the two maps do not share.
   */
  keysUnlike(other: SortedMap<V>): Set<string> {
    let [ours, theirs] = [[this.#root], [other.#root]];
    let [ourHeight, theirHeight] = [heightOf(this.#root), heightOf(other.#root)];
    for (; ourHeight > theirHeight; ourHeight--) ours = childrenOf(ours);
    for (; theirHeight > ourHeight; theirHeight--) theirs = childrenOf(theirs);
    // A node that both maps have is at the same height in both.
    for (; ; ourHeight--) {
      const [known, common] = [new Set(ours), new Set(theirs)];
      ours = ours.filter((node) => !common.has(node));
      theirs = theirs.filter((node) => !known.has(node));
      if (ourHeight === 0) return new Set([...ours, ...theirs].flatMap(({ keys }) => keys));
      [ours, theirs] = [childrenOf(ours), childrenOf(theirs)];
    }
  }

  #own(node: Node<V>): Node<V> {
    if (node.owner === this.#owner) return node;
    return {
      owner: this.#owner,
      keys: node.keys.slice(),
      values: node.values?.slice(),
      children: node.children?.slice(),
    };
  }

  /**
   * Sets the value of a key in the tree below a node.
   * @returns the new node with the second half of the entries, if the node was full and had to be split
   */
  #set(node: Node<V>, key: string, value: V): Node<V> | undefined {
    const { keys, values, children } = node;
    if (values) {
      const at = firstFrom(keys, key);
      if (keys[at] === key) {
        values[at] = value;
        return undefined;
      }
      keys.splice(at, 0, key);
      values.splice(at, 0, value);
    } else if (children) {
      const at = childAt(keys, key);
      const child = this.#own(children[at] as Node<V>);
      children[at] = child;
      if (key < (keys[0] as string)) keys[0] = key;
      const split = this.#set(child, key, value);
      if (!split) return undefined;
      keys.splice(at + 1, 0, split.keys[0] as string);
      children.splice(at + 1, 0, split);
    }
    if (keys.length <= mostEntries) return undefined;
    const half = keys.length >> 1;
    return {
      owner: this.#owner,
      keys: keys.splice(half),
      values: values?.splice(half),
      children: children?.splice(half),
    };
  }

  /** Deletes a key in the tree below a node. The key must exist. */
  #delete(node: Node<V>, key: string): void {
    const { keys, values, children } = node;
    if (values) {
      const at = firstFrom(keys, key);
      keys.splice(at, 1);
      values.splice(at, 1);
    } else if (children) {
      const at = childAt(keys, key);
      const child = this.#own(children[at] as Node<V>);
      children[at] = child;
      this.#delete(child, key);
      if (child.keys.length <= mostEntries / 4 && !this.#merge(node, at)) this.#merge(node, at - 1);
    }
  }

  /**
   * Merges the child at an index with the next child, if both together are at most half full. The merged node can then
   * grow for a while before it must be split again.
   * @returns whether the two children were merged
   */
  #merge({ keys, children = [] }: Node<V>, at: number): boolean {
    const [left, right] = [children[at], children[at + 1]];
    if (!left || !right || left.keys.length + right.keys.length > mostEntries / 2) return false;
    const merged = this.#own(left);
    merged.keys.push(...right.keys);
    merged.values?.push(...(right.values ?? []));
    merged.children?.push(...(right.children ?? []));
    children[at] = merged;
    keys.splice(at + 1, 1);
    children.splice(at + 1, 1);
    return true;
  }
}

/** Returns the index of the first key that equals `key` or sorts after it. */
function firstFrom(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < key) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Returns the index of the only child that can contain a key. */
function childAt(keys: readonly string[], key: string): number {
  const at = firstFrom(keys, key);
  return keys[at] === key || at === 0 ? at : at - 1;
}

const childrenOf = <V>(nodes: readonly Node<V>[]): Node<V>[] => nodes.flatMap(({ children = [] }) => children);

/** Returns the number of levels below a node: 0 for a leaf. */
function heightOf<V>({ children }: Node<V>): number {
  const [first] = children ?? [];
  return first ? 1 + heightOf(first) : 0;
}

function visitFrom<V>(node: Node<V>, key: string, visit: (value: V) => boolean): boolean {
  const { keys, values, children } = node;
  if (values) {
    for (let at = firstFrom(keys, key); at < keys.length; at++) {
      if (!visit(values[at] as V)) return false;
    }
    return true;
  }
  for (let at = childAt(keys, key); at < keys.length; at++) {
    if (!visitFrom(children?.[at] as Node<V>, key, visit)) return false;
  }
  return true;
}
