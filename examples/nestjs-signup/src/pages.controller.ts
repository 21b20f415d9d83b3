import { createReadStream, readdirSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Controller, Get, NotFoundException, Param, StreamableFile } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.jpg': 'image/jpeg',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.tiff': 'image/tiff',
};

// The page and the sample pictures are those of the Express example.
const PAGES = filesIn(new URL('../../express-signup/public/', import.meta.url));
const SAMPLES = filesIn(new URL('../../express-signup/samples/', import.meta.url));

/** Serves the page and the sample pictures: the files that were there at the start, by their names, and nothing else. */
@ApiExcludeController()
@Controller()
export class PagesController {
  @Get()
  index(): StreamableFile {
    return send(PAGES, 'index.html');
  }

  @Get('samples/:file')
  sample(@Param('file') file: string): StreamableFile {
    return send(SAMPLES, file);
  }

  @Get(':file')
  page(@Param('file') file: string): StreamableFile {
    return send(PAGES, file);
  }
}

function filesIn(folder: URL): ReadonlyMap<string, string> {
  const path = fileURLToPath(folder);
  return new Map(readdirSync(path).map((file) => [file, join(path, file)]));
}

function send(files: ReadonlyMap<string, string>, file: string): StreamableFile {
  const path = files.get(file);
  const type = TYPES[extname(file)];
  if (path === undefined || type === undefined) throw new NotFoundException();
  return new StreamableFile(createReadStream(path), { type });
}
