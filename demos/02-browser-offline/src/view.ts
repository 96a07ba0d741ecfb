import type { ImageDetail } from '@aws-sdk/client-ecr-public';
import type { Listed } from './images.ts';

/** The actions of the buttons in the list. */
export interface Actions {
  push(repositoryName: string, tag: string): void;
  pull(repositoryUri: string, digest: string): void;
  deleteImage(repositoryName: string, digest: string): void;
  deleteRepository(repositoryName: string): void;
}

const byId = <E extends HTMLElement>(id: string): E => document.getElementById(id) as E;

/** Tells the user something. Screen readers read it aloud. */
export function say(text: string): void {
  const status = byId<HTMLOutputElement>('status');
  status.value = text;
  status.className = '';
}

/** Tells the user why something has failed. */
export function sayFailure(error: unknown): void {
  say(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  byId('status').className = 'failure';
}

export const short = (digest: string): string => digest.slice(0, 'sha256:'.length + 12);

/** Calls a function with the name that the user enters into the form. It resolves to false if the name is refused. */
export function onCreate(create: (repositoryName: string) => Promise<boolean>): void {
  const form = byId<HTMLFormElement>('create');
  const field = byId<HTMLInputElement>('name');
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const { value } = field;
    form.reset();
    const isCreated = await create(value);
    // The user can correct the name, unless the next one is already there.
    if (!isCreated && field.value === '') field.value = value;
  });
  for (const submit of form.querySelectorAll('button')) submit.disabled = false;
}

/**
 * Replaces the list of repositories. The button that has the focus keeps it. If the button is gone, the heading of its
 * repository gets the focus, or else the heading of the page, so that users of a keyboard do not start again at the top.
 */
export function show(repositories: readonly Listed[], actions: Actions): void {
  const focused = document.activeElement;
  const heading = focused?.closest('section')?.querySelector('h2');
  byId('repositories').replaceChildren(...repositories.map((one) => sectionOf(one, actions)));
  byId('empty').hidden = repositories.length > 0;
  if (focused?.id) (byId(focused.id) ?? (heading && byId(heading.id)) ?? byId('title')).focus();
}

function sectionOf({ repositoryName = '', repositoryUri = '', images }: Listed, actions: Actions): Node {
  const { root, part } = copyOf('repository');
  part('name').textContent = repositoryName;
  part('name').id = `repository-${repositoryName}`;
  part('uri').textContent = repositoryUri;
  part('table').hidden = images.length === 0;
  part('images').append(...images.map((image) => rowOf(image, repositoryUri, actions)));
  button(part('push'), `to ${repositoryName}`, () => actions.push(repositoryName, nextTag(images)));
  button(part('delete'), repositoryName, () => actions.deleteRepository(repositoryName));
  return root;
}

function rowOf(image: ImageDetail, repositoryUri: string, actions: Actions): Node {
  const { repositoryName = '', imageDigest = '', imageTags = [], imageSizeInBytes, imagePushedAt } = image;
  const { root, part } = copyOf('image');
  part('tags').textContent = imageTags.join(', ') || 'untagged';
  part('digest').textContent = short(imageDigest);
  part('size').textContent = `${imageSizeInBytes} bytes`;
  part('pushed').textContent = imagePushedAt?.toLocaleString() ?? '';
  const name = `${repositoryName} ${imageTags.join(' ') || imageDigest}`;
  button(part('pull'), name, () => actions.pull(repositoryUri, imageDigest));
  button(part('delete'), name, () => actions.deleteImage(repositoryName, imageDigest));
  return root;
}

const nextTag = (images: readonly ImageDetail[]): string => {
  const numbers = images.flatMap(({ imageTags = [] }) =>
    imageTags.map((tag) => Number(/^v(\d+)$/.exec(tag)?.[1] ?? 0)),
  );
  return `v${Math.max(0, ...numbers) + 1}`;
};

/** Copies a template of the page. `part(name)` returns its element with the attribute `data-part`. */
function copyOf(id: string): { root: Node; part: (name: string) => HTMLElement } {
  const root = byId<HTMLTemplateElement>(id).content.cloneNode(true) as DocumentFragment;
  // Found now: later, copies of other templates may be inside of this one.
  const parts = new Map([...root.querySelectorAll<HTMLElement>('[data-part]')].map((it) => [it.dataset['part'], it]));
  return { root, part: (name) => parts.get(name) as HTMLElement };
}

/** Many buttons have the same text. The label of each one also names what it is about. */
function button(element: HTMLElement, about: string, click: () => void): void {
  element.ariaLabel = `${element.textContent?.trim()} ${about}`;
  element.id = element.ariaLabel.replaceAll(' ', '-');
  element.addEventListener('click', click);
}
