import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Controller, Post } from '@nestjs/common';
import { ApiProperty, DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { ApiLiveness } from '../src/swagger.js';

class SignupDto {
  @ApiProperty()
  email!: string;
}

@Controller()
class SignupController {
  @Post('bare')
  @ApiLiveness()
  bare() {}

  @Post('signup')
  @ApiLiveness({ field: 'photo', body: SignupDto })
  signup() {}
}

async function describeApp() {
  const testing = await Test.createTestingModule({ controllers: [SignupController] }).compile();
  return SwaggerModule.createDocument(testing.createNestApplication(), new DocumentBuilder().build());
}

describe('ApiLiveness', () => {
  it('describes the form with nothing but the selfie', async () => {
    const { paths } = await describeApp();

    expect(paths['/bare']?.post?.requestBody).toEqual({
      required: true,
      content: {
        'multipart/form-data': {
          schema: {
            type: 'object',
            required: ['selfie'],
            properties: { selfie: { type: 'string', format: 'binary', description: expect.any(String) as unknown } },
          },
        },
      },
    });
  });

  it('adds the text fields of a class', async () => {
    const { paths, components } = await describeApp();

    expect(paths['/signup']?.post?.requestBody).toMatchObject({
      content: {
        'multipart/form-data': {
          schema: { allOf: [{ $ref: '#/components/schemas/SignupDto' }, { required: ['photo'] }] },
        },
      },
    });
    expect(components?.schemas).toHaveProperty('SignupDto');
  });

  it('describes every problem, each under its status', async () => {
    const { paths } = await describeApp();
    const { responses } = paths['/signup']?.post ?? {};

    expect(Object.keys(responses ?? {})).toEqual(
      expect.arrayContaining(['400', '403', '408', '413', '415', '422', '429', '502', '503', '504']),
    );
    expect(responses?.['422']).toMatchObject({
      content: {
        'application/problem+json': {
          schema: {
            properties: {
              status: { enum: [422] },
              code: { enum: ['invalid-fields', 'selfie-unreadable', 'selfie-retake'] },
            },
          },
        },
      },
    });
  });
});
