/** What Microsoft 365 answered during one look at everything: whatever is asked twice is asked once. */
export class Answers {
  readonly #known = new Map<string, Promise<unknown>>();
  readonly #users = new Map<string, Asked[]>();

  /** @param key what is asked: equal keys get the same answer, also while it is awaited */
  once<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key);
    // Equal keys are asked in one way, so what they get is of one kind.
    if (known !== undefined) return known as Promise<T>;
    const answer = ask();
    this.#known.set(key, answer);
    return answer;
  }

  /** As `once` for a GET; what is asked of one user in the same moment is asked in one call. */
  get(path: string, ask: (path: string) => Promise<unknown>): Promise<unknown> {
    const wanted = fieldsOf(path);
    if (wanted === null) return this.once(path, () => ask(path));
    const { user, fields } = wanted;
    const asked = this.#users.get(user) ?? [];
    this.#users.set(user, asked);
    const covering = asked.find((one) => one.open || fields.every((field) => one.fields.has(field)));
    if (covering !== undefined) {
      for (const field of fields) covering.fields.add(field);
      return covering.answer;
    }
    const one: Asked = {
      fields: new Set(fields),
      open: true,
      answer: new Promise((resolve, reject) => {
        // Whoever looks at the same time has asked by then.
        setImmediate(() => {
          one.open = false;
          ask(`/users/${user}?$select=${[...one.fields].join(',')}`).then(resolve, reject);
        });
      }),
    };
    asked.push(one);
    return one.answer;
  }

  /** Nothing holds any more. */
  forget(): void {
    this.#known.clear();
    this.#users.clear();
  }
}

interface Asked {
  fields: Set<string>;
  /** Not sent yet: it can ask for more. */
  open: boolean;
  answer: Promise<unknown>;
}

/** A GET that asks for nothing but some properties of one user. */
const plainUser = /^\/users\/([0-9a-f-]{36})\?\$select=([\w,]+)$/i;
/** Takes a permission of its own, without which all that is asked for beside it would be refused as well. */
const apart = /^(signInActivity|mailboxSettings|customSecurityAttributes)$/;

function fieldsOf(path: string): { user: string; fields: string[] } | null {
  const found = plainUser.exec(path.replaceAll('%2C', ','));
  const [, user = '', selected = ''] = found ?? [];
  const fields = selected.split(',');
  return found === null || fields.some((field) => apart.test(field)) ? null : { user, fields };
}
