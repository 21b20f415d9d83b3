/** A picture and the text fields that came with it. */
export interface Selfie {
  /** The picture's bytes in order. Never joined here, never empty. */
  readonly chunks: readonly Uint8Array[];
  /** Length of the picture in bytes. */
  readonly size: number;
  /** The media type the client claimed. Only informational: the bytes decide. */
  readonly declaredType: string | undefined;
  /** The text fields. The object has no prototype, so no field name can reach one. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Why an upload was refused. The HTTP status of each is the caller's business. */
export type UploadRefusalCode =
  | 'malformed-upload'
  | 'selfie-missing'
  | 'selfie-duplicated'
  | 'upload-timeout'
  | 'selfie-too-large'
  | 'unsupported-media-type'
  | 'selfie-unreadable'
  /** All uploads of the process together hold as much as they may. */
  | 'too-busy';

/** What reading one request came to. */
export type SelfieReading =
  | {
      readonly kind: 'selfie';
      readonly selfie: Selfie;
      /**
       * Ends the count of this picture before its request is answered; call it once nothing refers to the picture any
       * more. Missing for what another parser had read, and still has.
       */
      readonly release?: () => void;
    }
  | {
      readonly kind: 'refused';
      readonly code: UploadRefusalCode;
      /** True when part of the body is still unread: answer with `Connection: close`. */
      readonly closeConnection: boolean;
    }
  /** The client hung up; nothing can be answered. */
  | { readonly kind: 'aborted' };

/** A refusal before it is known what becomes of the connection. */
export interface Refused {
  readonly kind: 'refused';
  readonly code: UploadRefusalCode;
}

/** What the bytes alone come to, before anything is said about the connection. */
export type BodyOutcome = Extract<SelfieReading, { kind: 'selfie' | 'aborted' }> | Refused;

/** A refusal with the given code. */
export function refused(code: UploadRefusalCode): Refused {
  return { kind: 'refused', code };
}
