import { defaultHasher, hmac, sameText } from '@coracle/core';
import type { User } from './options.ts';

/**
 * Makes the function that finds a user by name and password. The function takes the same time whether the name or the
 * password is wrong, so that nobody can find out names and passwords by measuring the time.
 */
export function passwordChecker(users: readonly User[]): (name: string, password: string) => Promise<User | undefined> {
  // A fresh key for each process makes the compared texts unpredictable.
  let key: Uint8Array | undefined;
  const hidden = (name: string, password: string) => {
    key ??= crypto.getRandomValues(new Uint8Array(32));
    return hmac(defaultHasher, key, `${name.length}:${name}${password}`);
  };
  const texts = new WeakMap<User, User & { readonly text: string }>();
  /** Returns the text of a user. It is computed once, and again if the program changes the user. */
  async function textOf(user: User): Promise<string> {
    const { name, password } = user;
    const known = texts.get(user);
    if (known?.name === name && known.password === password) return known.text;
    const text = await hidden(name, password);
    texts.set(user, { ...user, text });
    return text;
  }
  return async (name, password) => {
    const given = await hidden(name, password);
    let found: User | undefined;
    for (const user of users) if (sameText(given, await textOf(user))) found = user;
    return found;
  };
}
