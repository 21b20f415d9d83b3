import type { EarlierParse } from '@didit-liveness/upload';
import type { Context } from 'koa';

/**
 * What an upload middleware left for the handler. In Koa it may be in three places: @koa/multer moves it to `ctx` and
 * `ctx.request`, koa-body puts it on `ctx.request`, or with `patchNode` on the Node request.
 */
export function parsedUpload({ file, files, request, req }: Context): EarlierParse {
  // Middleware hangs these on both; neither Koa's types nor Node's know them.
  const onKoa = request as EarlierParse;
  const onNode = req as EarlierParse;
  return {
    file: file ?? onKoa.file ?? onNode.file,
    files: files ?? onKoa.files ?? onNode.files,
    body: onKoa.body ?? onNode.body,
  };
}
