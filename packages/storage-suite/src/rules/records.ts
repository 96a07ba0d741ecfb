import type { Json } from '@coracle/registry/core';
import { must, sameJson, show } from '../contract.ts';
import { fresh, given, mustBe, mustHold, mustLack, mustList, write } from '../given.ts';
import type { RuleText } from '../rule.ts';

/**
 * JSON values of every type. Some of them are hard to store: objects with member names that every object inherits, such
 * as `__proto__`, and text that is not ASCII.
 */
const everyKind: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1.5,
  Number.MAX_SAFE_INTEGER,
  5e-324,
  '',
  'ASCII',
  'ünïcödé 漢字 🚣 "quoted" \\ \n\t\u0000 \u2028 \ufeff',
  [],
  {},
  [null, [[]], [{}], 'x'],
  { key: 'not the key', version: 'not the version', value: { value: null } },
  { constructor: 1, toString: 'text', hasOwnProperty: false, '': 'unnamed', 'ü 漢 🚣': [] },
  JSON.parse('{"__proto__":{"admin":true}}') as Json,
  { a: { b: { c: { d: { e: { f: { g: { h: [[[[[[[['deep']]]]]]]] } } } } } } } },
];

/** Makes a JSON value whose text in UTF-8 has almost 60 KiB, and not more than 60 KiB. */
function sixtyKiB(): Json {
  const size = (value: Json) => new TextEncoder().encode(JSON.stringify(value)).length;
  const rows: Json[] = [];
  const row = (at: number): Json => ({
    at,
    half: at / 2,
    even: at % 2 === 0,
    none: null,
    text: `Zeile ${at}: größer, 漢字 🚣`,
  });
  for (let left = 60 * 1024 - 2; left > 0; left -= size(row(rows.length)) + 1) rows.push(row(rows.length));
  return rows.slice(0, -1);
}

/** Changes every member of an object and of the objects in it. A frozen object stays unchanged. */
function spoil(object: object): void {
  for (const [name, member] of Object.entries(object)) {
    if (typeof member === 'object' && member !== null) spoil(member);
    try {
      Object.assign(object, { [name]: 'spoilt' });
    } catch {
      // The object is frozen.
    }
  }
}

export const recordRules: readonly RuleText[] = [
  {
    name: 'getMany answers in the order asked, with undefined where there is no record',
    async test({ records }) {
      const [a, b, c] = await given(records, ['many/a', 'many/b', 'many/c']);
      const found = await records.getMany(['many/c', 'many/none', 'many/a', 'many/b', 'many']);
      const wanted = [c, undefined, a, b, undefined];
      must(sameJson(found, wanted), `answered getMany with ${show(found)}`, `${show(wanted)}`);
    },
  },
  {
    name: 'getMany answers a key that is asked twice twice',
    async test({ records }) {
      const [a, b] = await given(records, ['twice/a', 'twice/b']);
      const found = await records.getMany(['twice/a', 'twice/no', 'twice/b', 'twice/a', 'twice/no']);
      const wanted = [a, undefined, b, a, undefined];
      must(sameJson(found, wanted), `answered getMany with ${show(found)}`, `${show(wanted)}`);
    },
  },
  {
    name: 'getMany of no keys answers with no records',
    async test({ records }) {
      await given(records, ['no-keys/a']);
      await records.getMany([]);
    },
  },
  {
    name: 'a commit takes 300 records and getMany 300 keys',
    async test({ records }) {
      const put = Array.from({ length: 300 }, (_, at) => fresh(`three-hundred/${at}`, { at }));
      must((await records.commit({ put })).ok, 'refused a commit of 300 records', 'it to succeed');
      await mustHold(records, put, 'after a commit of 300 records');
      const remove = put.map((record) => record.key);
      must((await records.commit({ remove })).ok, 'refused to remove 300 records', 'it to succeed');
      await mustLack(records, remove, 'after a commit that removed 300');
    },
  },
  {
    name: 'every kind of JSON value comes back as it was put',
    async test({ records }) {
      const put = everyKind.map((value, at) => fresh(`kind/${String(at).padStart(2, '0')}`, value));
      await write(records, put);
      await mustHold(records, put, 'after every kind of value was put');
      await mustList(records, { prefix: 'kind/', limit: 100 }, put, false);
    },
  },
  {
    name: 'a value of 60 KiB with text beyond ASCII comes back whole',
    async test({ records }) {
      const put = fresh('large/value', sixtyKiB());
      await write(records, [put]);
      await mustHold(records, [put], 'after a value of 60 KiB was put');
      await mustList(records, { prefix: 'large/', limit: 1 }, [put], false);
    },
  },
  {
    name: 'keys of 512 bytes that differ in the last one are different records',
    async test({ records }) {
      const stem = 'long/'.padEnd(511, 'k');
      const [a, b] = await given(records, [`${stem}a`, `${stem}b`]);
      await mustHold(records, [a, b], 'after two keys of 512 bytes were put');
      await mustList(records, { prefix: stem, limit: 10 }, [a, b], false);
      await mustList(records, { prefix: b.key, limit: 10 }, [b], false);
      await mustList(records, { prefix: stem, after: a.key, limit: 10 }, [b], false);
    },
  },
  {
    name: 'keys that differ in case, a zero or a slash are different records',
    async test({ records }) {
      const put = await given(records, [
        'k/a',
        'K/a',
        'k/A',
        'k/1',
        'k/01',
        'k/1.0',
        'k/1/',
        'k//1',
        'k/',
        'k',
        'k/./1',
      ]);
      await mustHold(records, put, 'after keys that look alike were put');
    },
  },
  {
    name: 'a put replaces the value and the version',
    async test({ records }) {
      await write(records, [fresh('replaced', { old: true, both: 1 })]);
      const next = fresh('replaced', { both: 2 });
      await write(records, [next]);
      await mustHold(records, [next], 'after the record was put again');
      await mustList(records, { prefix: 'replaced', limit: 10 }, [next], false);
    },
  },
  {
    name: 'a removed record is gone from getMany and from list',
    async test({ records }) {
      const [, kept] = await given(records, ['gone/a', 'gone/b']);
      await records.commit({ remove: ['gone/a'] });
      await mustLack(records, ['gone/a'], 'after it was removed');
      await mustList(records, { prefix: 'gone/', limit: 10 }, [kept], false);
    },
  },
  {
    name: 'changing a value after it was put does not change the record',
    async test({ records }) {
      const value = { list: [1, 2, { deep: 'untouched' }], text: 'untouched' };
      const put = fresh('given-object', value);
      const wanted = structuredClone(put);
      await write(records, [put]);
      spoil(value);
      spoil(put);
      mustBe((await records.getMany(['given-object']))[0], wanted, 'after the caller changed the object it had put');
    },
  },
  {
    name: 'changing what getMany or list gave does not change the record',
    async test({ records }) {
      const put = fresh('given-out', { list: [1, 2, { deep: 'untouched' }], text: 'untouched' });
      await write(records, [structuredClone(put)]);
      spoil(await records.getMany(['given-out']));
      await mustHold(records, [put], 'after the caller changed what getMany gave');
      spoil((await records.list({ prefix: 'given-out', limit: 1 })).entries);
      await mustHold(records, [put], 'after the caller changed what list gave');
      await mustList(records, { prefix: 'given-out', limit: 1 }, [put], false);
    },
  },
];
