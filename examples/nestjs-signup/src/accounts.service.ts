import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';

/** An account, as `GET /accounts` shows it. */
export interface Account {
  readonly id: string;
  readonly email: string;
}

/** Accounts in memory: gone when the process ends. A real application has a database here. */
@Injectable()
export class AccountsService {
  readonly #accounts: Account[] = [];

  create(email: string): Account {
    const account = { id: randomUUID(), email };
    this.#accounts.push(account);
    return account;
  }

  list(): readonly Account[] {
    return this.#accounts;
  }
}
