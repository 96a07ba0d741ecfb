/** A step of a push or a pull, for the display of the progress. */
export type TransferEvent =
  /** The registry has the blob already, and it is not sent. */
  | { readonly kind: 'exists' | 'mounted'; readonly digest: string; readonly size: number | undefined }
  /** An upload that was stopped before goes on after `bytes` bytes. */
  | { readonly kind: 'resumed'; readonly digest: string; readonly bytes: number; readonly size: number | undefined }
  /** `bytes` bytes of the blob were moved so far. */
  | { readonly kind: 'moved'; readonly digest: string; readonly bytes: number; readonly size: number | undefined }
  | { readonly kind: 'done'; readonly digest: string; readonly size: number }
  /** Something that the user should know, such as the reason of a wait. */
  | { readonly kind: 'notice'; readonly text: string };

export type OnEvent = (event: TransferEvent) => void;
