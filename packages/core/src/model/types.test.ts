import type * as EcrSdk from '@aws-sdk/client-ecr';
import type * as EcrPublicSdk from '@aws-sdk/client-ecr-public';
import { expect, it } from 'vitest';
import type { OutputOf, Services } from './index.ts';

/*
 * Checked by `tsc --noEmit`: our types against those of the AWS SDK, operation by operation. Where one does
 * not fit, the error names it: `Type 'boolean' is not assignable to type '{ PutImage: "a misfit"; }'`.
 */

interface Sdks {
  'ecr-public': typeof EcrPublicSdk;
  ecr: typeof EcrSdk;
}

type CommandOf<S extends keyof Sdks, O> = O extends string
  ? `${O}Command` extends keyof Sdks[S]
    ? Sdks[S][`${O}Command`] extends new (
        ...args: never[]
      ) => infer Command
      ? Command
      : never
    : never
  : never;

type SdkInput<Command> = Command extends { readonly input: infer Input } ? Input : never;

type SdkOutput<Command> = Command extends {
  resolveMiddleware: (...args: never[]) => (...args: never[]) => Promise<{ output: infer Output }>;
}
  ? Omit<Output, '$metadata'>
  : never;

/** Without `undefined` as a value, as what crosses the wire is. */
type Stripped<T> = T extends Date | Uint8Array
  ? T
  : T extends (infer Item)[]
    ? Stripped<Item>[]
    : T extends object
      ? { [K in keyof T]: Stripped<Exclude<T[K], undefined>> }
      : T;

type Fits<Ours, Theirs> = [Theirs] extends [never] ? false : [Ours] extends [Theirs] ? true : false;

type Verdict<Op extends { input: unknown; output: unknown }, Command> = [
  Fits<Op['input'], SdkInput<Command>>,
  Fits<Stripped<SdkInput<Command>>, Op['input']>,
  Fits<Op['output'], SdkOutput<Command>>,
] extends [true, true, true]
  ? never
  : true;

/** The operations whose types do not fit. */
type Misfits<S extends keyof Services> = {
  [O in keyof Services[S]]: Services[S][O] extends { input: unknown; output: unknown }
    ? [Verdict<Services[S][O], CommandOf<S, O>>] extends [never]
      ? never
      : O
    : O;
}[keyof Services[S]];

type NoneOf<T> = [T] extends [never] ? true : { [O in T & string]: 'a misfit' };

const publicFits: NoneOf<Misfits<'ecr-public'>> = true;
const privateFits: NoneOf<Misfits<'ecr'>> = true;

// That the comparison can fail at all.
type PutImage = CommandOf<'ecr-public', 'PutImage'>;
const narrowed: Fits<{ repositoryName: number; imageManifest: string }, SdkInput<PutImage>> = false;
const widened: Fits<{ image: { registryId: number } }, SdkOutput<PutImage>> = false;
const unknown: Fits<object, SdkInput<CommandOf<'ecr-public', 'Nonsense'>>> = false;

it('our types fit those of the AWS SDK', () => {
  expect([publicFits, privateFits, narrowed, widened, unknown]).toEqual([true, true, false, false, false]);
});

it('members that are always present have types without undefined', () => {
  const name = (answer: OutputOf<'ecr-public', 'CreateRepository'>): string => answer.repository.repositoryName;
  const first = (answer: OutputOf<'ecr', 'GetAuthorizationToken'>): string | undefined =>
    answer.authorizationData[0]?.proxyEndpoint;
  const tags = (answer: OutputOf<'ecr-public', 'DescribeImages'>): (string[] | undefined)[] =>
    answer.imageDetails.map((detail) => detail.imageTags);
  expect([name, first, tags]).toHaveLength(3);
});
