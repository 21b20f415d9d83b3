import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

/** The text fields of the form. They are looked at before the check is paid for. */
export class SignupDto {
  @ApiProperty({ format: 'email', maxLength: 254, example: 'ada@example.org' })
  @Matches(/^(?=.{1,254}$)[^\s@]+@[^\s@]+\.[^\s@]+$/, {
    message: 'Enter an e-mail address, for example ada@example.org.',
  })
  readonly email!: string;
}
