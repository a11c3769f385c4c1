/** What a server said, for a terminal: one line of printable characters, not too long. */
export function printable(text: string, longest = 200): string {
  const line = text
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\u2028\u2029\ufffd]+/gu, " ")
    .replace(/ {2,}/g, " ")
    .trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** Text without these words in it, wherever they come from. */
export function without(secrets: readonly string[], text: string): string {
  return secrets.reduce((rest, secret) => rest.replaceAll(secret, "***"), text);
}

/** What is never printed for a token: itself, as it is sent, and its password. */
export function secretsOf(token: string | undefined): string[] {
  if (token === undefined) {
    return [];
  }
  const password = token.slice(token.indexOf(":") + 1);
  const all = [token, password].filter((secret) => secret.length > 0);
  return [...all.map((secret) => Buffer.from(secret).toString("base64")), ...all].sort((a, b) => b.length - a.length);
}

/** The message of whatever was thrown. */
export function messageOf(error: unknown): string {
  const { message, details, reason } = (typeof error === "object" && error !== null ? error : {}) as Record<
    string,
    unknown
  >;
  return printable(String(details || message || reason || error));
}

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null | undefined)?.code;
  return typeof code === "string" ? code : "";
}

/** A word as a shell takes it. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

export function listed(items: readonly string[]): string {
  return items.join(", ");
}
