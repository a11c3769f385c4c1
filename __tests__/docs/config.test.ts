import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { issue } from "../config/issue";
import { committed, oneStack, refusal, type Settings, writeConfig } from "../config/support";
import { BLOCKS, type Block, blocksIn } from "../support/pages";
import { CERTIFICATE } from "../support/pem";

const folder = mkdtempSync(join(tmpdir(), "milvus-l7-snippets-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The files that the snippets name. */
beforeAll(async () => {
  const hosts = STACKS.flatMap((id) => committed(id).hosts as string[]);
  const authority = await issue({ commonName: "authority", authority: true });
  const server = await issue({ hosts, issuer: authority });
  writeFileSync(join(folder, "tls.crt"), server.pem);
  writeFileSync(join(folder, "chain.pem"), authority.pem);
  writeFileSync(join(folder, "user.yaml"), "common:\n  security:\n    authorizationEnabled: true\n");
});

const STACKS = ["gcp-stack", "aws-stack"];

/** Every key that a stack of one of the clouds may have. */
const KEYS: readonly string[] = require("../../config/milvus-l7.schema.json").additionalProperties.oneOf.flatMap(
  ({ properties }: { properties: object }) => Object.keys(properties),
);

/** What isn't about this project's config file. */
const OTHERS: Readonly<Record<string, string>> = {
  proxy: "a release's values",
  spec: "a resource of the Milvus operator",
};

type Kind = "whole file" | "refused file" | "part of a stack" | "other" | "unknown";

/** Whole files are tried in docs.test.ts. */
function kindOf({ code, page }: Block): Kind {
  // Tried by a test of that page: __tests__/config/environments-page.test.ts.
  if (page === "docs/environments.md") {
    return "other";
  }
  const content = parse(code);
  if (Array.isArray(content)) {
    return content.every((entry) => "advisory" in entry) ? "other" : "unknown";
  }
  const keys = Object.keys(content);
  if (code.startsWith("# yaml-language-server")) {
    return "whole file";
  }
  if (keys.every((key) => KEYS.includes(key))) {
    return "part of a stack";
  }
  if (keys.every((key) => STACKS.includes(key))) {
    return "refused file";
  }
  return keys.every((key) => key in OTHERS) ? "other" : "unknown";
}

const ofKind = (kind: Kind) => blocksIn("yaml").filter((block) => kindOf(block) === kind);

/** A PEM text in a snippet is cut short. */
function completed(code: string): string {
  const lines = CERTIFICATE.trim().split("\n");
  return code.replace(/^( *)-----BEGIN CERTIFICATE-----\n *…\n *-----END CERTIFICATE-----$/m, (_, indent) =>
    lines.map((line) => indent + line).join("\n"),
  );
}

/** What a setting needs beside it, or in whose place it is. */
const BESIDE: Readonly<Record<string, (value: unknown) => Settings>> = {
  scheme: (scheme) => (scheme === "internal" ? { inboundCidrs: undefined } : {}),
  securityGroups: () => ({ inboundCidrs: undefined }),
  dnsLogin: () => ({ dnsZone: "Z0123456789ABCDEFGHIJ" }),
};

/** In the place of what a committed stack says; a release without a name is about that stack's. */
function inStack(id: string, settings: Settings): Settings {
  const base = committed(id);
  const { release } = settings as { release?: Settings };
  return {
    ...base,
    ...Object.assign({}, ...Object.entries(settings).map(([key, value]) => BESIDE[key]?.(value) ?? {})),
    ...settings,
    ...(release && !("releaseName" in release) ? { release: { ...(base.release as Settings), ...release } } : {}),
  };
}

test("every YAML snippet is of a kind that is tried", () => {
  expect(ofKind("unknown").map(({ name }) => name)).toEqual([]);
});

test.each(ofKind("part of a stack"))("a part of a stack is taken in a whole one: $name", ({ code }) => {
  const refusals = STACKS.map(
    (id) => refusal(writeConfig(folder, oneStack(inStack(id, parse(completed(code))), id)))?.message,
  );
  expect(refusals).toContain(undefined);
});

test.each(ofKind("refused file"))(
  "a file that is refused is refused in the words of the page: $name",
  ({ name, code }) => {
    const printed = BLOCKS[BLOCKS.findIndex((block) => block.name === name) + 1];
    expect(printed?.language).toBe("");
    expect(`${refusal(writeConfig(folder, code))?.message}\nNothing was written.\n`).toBe(printed?.code);
  },
);
