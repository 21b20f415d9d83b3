/** What the bench uses of @koa/multer, which has no types of its own. */
declare module '@koa/multer' {
  import type { Middleware } from 'koa';
  import type { Options, StorageEngine } from 'multer';

  /** Makes the middleware that puts one file into `ctx.file`. */
  function koaMulter(options: Options): { single(field: string): Middleware<object, { file?: Express.Multer.File }> };
  namespace koaMulter {
    /** Keeps files in memory. */
    function memoryStorage(): StorageEngine;
  }
  export default koaMulter;
}
