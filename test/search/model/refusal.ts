/** The refusal that the model expects of a call. If it has no message, the text is unknown and not compared. */
export class Refusal extends Error {
  readonly members: object;

  constructor(name: string, message = '', members: object = {}) {
    super(message);
    this.name = name;
    this.members = members;
  }
}

export const account = '123456789012';

export const refuse = (name: string, message?: string, members?: object): never => {
  throw new Refusal(name, message, members);
};

export const refuseParameter = (path: string, constraint?: string): never =>
  refuse(
    'InvalidParameterException',
    constraint === undefined
      ? undefined
      : `Invalid parameter at '${path}' failed to satisfy constraint: '${constraint}'`,
  );

export const at = (name: string) => `repository with name '${name}' in registry with id '${account}'`;
export const inThe = (name: string) => `repository with name '${name}' in the registry with id '${account}'`;
