import type { Person } from './types.ts';

/** Who has the bot's app for themselves: everybody, as by an admin's policy, but for those who are named. */
export class Apps {
  readonly #without: readonly string[];
  #lacking = new Set<string>();
  /** Whether the team has it, and with it the team's channels. */
  inTeam = true;

  constructor(without: readonly string[] = []) {
    this.#without = without.map((upn) => upn.toLowerCase());
    this.reset();
  }

  has({ userPrincipalName }: Person): boolean {
    return !this.#lacking.has(userPrincipalName.toLowerCase());
  }

  set({ userPrincipalName }: Person, installed: boolean): void {
    if (installed) this.#lacking.delete(userPrincipalName.toLowerCase());
    else this.#lacking.add(userPrincipalName.toLowerCase());
  }

  reset(): void {
    this.#lacking = new Set(this.#without);
    this.inTeam = true;
  }
}
