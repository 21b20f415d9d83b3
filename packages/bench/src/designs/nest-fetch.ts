import 'reflect-metadata';
import type { Server } from 'node:http';
import {
  BadRequestException,
  Controller,
  type DynamicModule,
  ForbiddenException,
  Inject,
  Injectable,
  Module,
  Post,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { FileInterceptor } from '@nestjs/platform-express';
import multer from 'multer';
import {
  BENCH_KEY,
  type DesignSettings,
  IMAGE_FIELD,
  MAX_PICTURE_BYTES,
  type PeerAnswer,
  SELFIE_FIELD,
  SIGNED_UP,
  type SignedUp,
  UPSTREAM_PATH,
} from '../design.js';
import { startNest } from '../start-nest.js';

const UPSTREAM_URL = Symbol('upstream');

@Injectable()
class LivenessApi {
  constructor(@Inject(UPSTREAM_URL) private readonly upstreamUrl: string) {}

  async isLive({ buffer, mimetype }: Express.Multer.File): Promise<boolean> {
    const form = new FormData();
    form.append(IMAGE_FIELD, new Blob([buffer], { type: mimetype }), 'selfie.jpg');
    form.append('save_api_request', 'false');
    const answer = await fetch(`${this.upstreamUrl}${UPSTREAM_PATH}`, {
      method: 'POST',
      headers: { 'x-api-key': BENCH_KEY },
      body: form,
      signal: AbortSignal.timeout(10_000),
    });
    const { liveness } = (await answer.json()) as PeerAnswer;
    return liveness.status === 'Approved';
  }
}

@Controller()
class SignupController {
  constructor(private readonly api: LivenessApi) {}

  @Post('signup')
  @UseInterceptors(
    FileInterceptor(SELFIE_FIELD, { storage: multer.memoryStorage(), limits: { fileSize: MAX_PICTURE_BYTES } }),
  )
  async signUp(@UploadedFile() file: Express.Multer.File | undefined): Promise<SignedUp> {
    if (!file) throw new BadRequestException('no selfie');
    if (!(await this.api.isLive(file))) throw new ForbiddenException('declined');
    return SIGNED_UP;
  }
}

@Module({ controllers: [SignupController] })
class AppModule {
  static with(upstreamUrl: string): DynamicModule {
    return { module: AppModule, providers: [{ provide: UPSTREAM_URL, useValue: upstreamUrl }, LivenessApi] };
  }
}

/** Peer N: the same as peer A, as people write it for Nest. */
export async function start({ upstreamUrl }: DesignSettings): Promise<Server> {
  return startNest(AppModule.with(upstreamUrl));
}
