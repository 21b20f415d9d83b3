import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { Type } from 'class-transformer';
import { IsEmail, IsInt, MinLength, ValidateNested } from 'class-validator';
import { FormValidation } from '../src/form-validation.js';

class Address {
  @MinLength(2)
  street!: string;
}

class Signup {
  @IsEmail()
  email!: string;

  @IsInt()
  @Type(() => Number)
  age!: number;

  @ValidateNested()
  @Type(() => Address)
  address!: Address;
}

class Broken {
  @Type(() => {
    throw new Error('broken');
  })
  @ValidateNested()
  part!: object;
}

const FIELDS = { email: 'ada@example.org', age: '36', address: { street: 'Main' } };

describe('FormValidation', () => {
  it('makes an instance of the class, and drops what the class does not name', async () => {
    const fields = Object.assign(Object.create(null) as object, FIELDS, { admin: 'true' });

    const outcome = await new FormValidation(Signup).hold({ ...fields });

    expect(outcome).toEqual({ kind: 'valid', body: { ...FIELDS, age: 36 } });
    expect(outcome).toMatchObject({ body: expect.any(Signup) as unknown });
  });

  it('complains once per property, by its path, without a value', async () => {
    const outcome = await new FormValidation(Signup).hold({ email: 'secret', age: 'secret', address: { street: '?' } });

    expect(outcome).toEqual({
      kind: 'invalid',
      errors: {
        email: 'email must be an email',
        age: 'age must be an integer number',
        'address.street': 'street must be longer than or equal to 2 characters',
      },
    });
  });

  it('leaves the fields as they are', async () => {
    const fields = Object.freeze({ ...FIELDS });

    await new FormValidation(Signup).hold(fields);

    expect(fields).toEqual(FIELDS);
  });

  it('hands on what is wrong with the class', async () => {
    await expect(new FormValidation(Broken).hold({ part: {} })).rejects.toThrow('broken');
  });
});
