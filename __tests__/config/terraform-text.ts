/**
 * A string of the Terraform JSON as Terraform reads it: plain text, and expressions with the texts in them.
 *
 * @see https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md#templates
 */
export type Template = readonly (string | Expression)[];

/** The code of an expression; a text in its quotes stands apart from it. */
export interface Expression {
  readonly code: readonly (string | { readonly quoted: Template })[];
}

export function readTemplate(text: string): Template {
  return new Reader(text).template(false);
}

class Reader {
  private at = 0;

  constructor(private readonly text: string) {}

  /** Up to the end, or up to the quote that closes it. */
  template(isQuoted: boolean): Template {
    const parts: (string | Expression)[] = [];
    let plain = "";
    while (!(isQuoted ? this.takes('"') : this.at === this.text.length)) {
      if (this.takes("$${")) {
        plain += "${";
      } else if (this.takes("%%{")) {
        plain += "%{";
      } else if (this.takes("${") || this.takes("%{")) {
        parts.push(plain, this.expression());
        plain = "";
      } else {
        plain += isQuoted && this.takes("\\") ? this.escaped() : this.next();
      }
    }
    return [...parts, plain].filter((part) => part !== "");
  }

  private expression(): Expression {
    const code: (string | { quoted: Template })[] = [];
    let plain = "";
    for (let depth = 1; depth > 0; ) {
      if (this.takes('"')) {
        code.push(plain, { quoted: this.template(true) });
        plain = "";
      } else {
        const character = this.next();
        depth += { "{": 1, "}": -1 }[character] ?? 0;
        plain += character;
      }
    }
    return { code: [...code, plain] };
  }

  private escaped(): string {
    const character = this.next();
    if (character === "u") {
      return String.fromCharCode(Number.parseInt([1, 2, 3, 4].map(() => this.next()).join(""), 16));
    }
    const meaning = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" }[character];
    if (meaning === undefined) {
      throw new Error(`Terraform knows no \\${character}, in: ${this.text}`);
    }
    return meaning;
  }

  private takes(text: string): boolean {
    if (!this.text.startsWith(text, this.at)) {
      return false;
    }
    this.at += text.length;
    return true;
  }

  private next(): string {
    const character = this.text[this.at];
    if (character === undefined) {
      throw new Error(`a template, an expression or a text that doesn't end, in: ${this.text}`);
    }
    this.at += 1;
    return character;
  }
}
