/** What an attack came to: a sentence for whatever it should not have. */
export interface Finding {
  attack: string;
  problem: string;
}

export class Report {
  readonly findings: Finding[] = [];
  #tried = 0;

  tried(): void {
    this.#tried++;
  }

  found(attack: string, problem: string): void {
    this.findings.push({ attack, problem });
  }

  /** Says what one part came to, and begins to count anew. */
  close(part: string, words = ''): void {
    const own = this.findings.length;
    console.log(`${part}: ${this.#tried} tried${words}${own === 0 ? '' : `, ${own} found by now`}`);
    this.#tried = 0;
  }
}

/** Words of the inside, which no stranger may read. */
const inside = /restify|express|node_modules|botbuilder|botframework|sqlite|kysely|jwt|at \w+ \(|stack|error|bot\//i;

/** An answer to a stranger is a bare status: no body, and no header that tells what is inside. */
export function leaks({ headers, text }: { headers: string; text: string }): string | null {
  if (text !== '') return `the answer says “${text.slice(0, 80)}”`;
  const found = inside.exec(headers);
  return found === null ? null : `a header says “${found[0]}”`;
}
