import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';

/** A Node request: HTTP/1.1, or HTTP/2 through Node's compatibility layer. */
export type UploadRequest = IncomingMessage | Http2ServerRequest;
