import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Block, blocksIn, PAGES, prose } from "../../support/pages";

const ROOT = join(__dirname, "../../..");
const { scripts, bin }: Record<"scripts" | "bin", Record<string, string>> = require("../../../package.json");

/** Commands of others that a page may use; a new one is looked at before it comes in here. */
const OF_OTHERS = [
  "aws",
  "bash",
  "cat",
  "cd",
  "cp",
  "curl",
  "export",
  "gcloud",
  "grep",
  "helm",
  "kubectl",
  "mkdir",
  "mv",
  "python",
  "rm",
  "unzip",
];

const CDKTF = ["synth", "diff", "deploy", "destroy"];

const TERRAFORM = ["apply", "force-unlock", "import", "init", "output", "plan", "show", "state"];

/** A command as its words, without what is set before it. */
type Command = readonly string[];

/** The commands of a script, one after the other: no comments, no pipes, nothing that they print into. */
function commandsIn(script: string): Command[] {
  return (
    script
      .replaceAll(/\\\n/g, " ")
      .replaceAll(/(^|\s)#.*$/gm, "")
      // A loop's own words, and texts in quotes that go on in the next line.
      .replaceAll(/^\s*for .*; do$|^\s*done$/gm, "")
      .replaceAll(/^\w+=\$\((.*)\)$/gm, "$1")
      .replaceAll(/='[^']*'(?:\$\w+'[^']*')*/g, "=text")
      .split(/\n|&&|\|\||[|;]/)
      .map((line) => line.match(/'[^']*'|"[^"]*"|[^\s'"]+/g) ?? [])
      .map((words) => words.slice(words.findIndex((word) => !/^\w+=/.test(word))))
      .filter(([first = ""]) => first !== "" && !/^\w+=/.test(first))
  );
}

/** What is wrong with a command, where it is one of ours or one that we know. */
function faultsOf(command: Command): string[] {
  const [program = "", ...args] = command;
  switch (program) {
    case "npm":
      return faultsOfNpm(args);
    case "npx":
      return faultsOfNpx(args.filter((arg) => arg !== "--no-install"));
    case "terraform": {
      const [sub = ""] = args.filter((arg) => !arg.startsWith("-"));
      return TERRAFORM.includes(sub) ? [] : [`terraform has no ${sub}`];
    }
    default:
      return OF_OTHERS.includes(program) ? [] : [`nobody knows ${program}`];
  }
}

function faultsOfNpm(args: readonly string[]): string[] {
  const [sub = "", ...rest] = args;
  if (sub !== "run") {
    return ["ci", "test", "pack", "install"].includes(sub) ? [] : [`npm has no ${sub}`];
  }
  const [script = "", ...more] = rest.filter((arg) => arg !== "-s" && arg !== "--silent");
  const source = sourceOf(scripts[script] ?? "");
  if (!(script in scripts)) {
    return [`package.json has no script ${script}`];
  }
  if (more.length > 0 && more[0] !== "--") {
    return [`npm takes what follows ${script} for itself: '--' is missing`];
  }
  return source === undefined ? [] : unknownOptions(source, more.slice(1));
}

function faultsOfNpx(args: readonly string[]): string[] {
  const [program = "", ...more] = args;
  if (/^cdktf(-cli@[\d.]+)?$/.test(program)) {
    return CDKTF.includes(more[0] ?? "") ? [] : [`cdktf has no ${more[0]}`];
  }
  const built = bin[program];
  return built === undefined
    ? [`the package has no command ${program}`]
    : unknownOptions(built.replace("dist/", "").replace(".js", ".ts"), more);
}

/** The file that a script runs. */
function sourceOf(script: string): string | undefined {
  return /^node --require tsx\/cjs (\S+\.ts)$/.exec(script)?.[1];
}

/** Only where there are options: what isn't a command would be run by the question for its help. */
function unknownOptions(source: string, args: readonly string[]): string[] {
  return args
    .flatMap((arg) => /^--[a-z][-a-z]*/.exec(arg) ?? [])
    .filter((option) => !optionsOf(source).includes(option))
    .map((option) => `${source} has no ${option}`);
}

const helps = new Map<string, string[]>();

/** What a command says that it takes. */
function optionsOf(source: string): string[] {
  const known = helps.get(source);
  if (known !== undefined) {
    return known;
  }
  const { stdout } = spawnSync(process.execPath, ["--require", "tsx/cjs", source, "--help"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const options = [...new Set(stdout.match(/--[a-z][-a-z]*/g))];
  helps.set(source, options);
  return options;
}

const scriptBlocks = blocksIn("sh");

/** Commands of ours in the text of a page. */
const inText: Block[] = PAGES.flatMap((page) =>
  [...prose(page).matchAll(/`((?:npm run|npx) [^`…]+)`/g)].map(([, code = ""]) => ({
    name: `${page}: ${code}`,
    page,
    language: "sh",
    code: code.replaceAll("\\|", "/"),
  })),
);

test.each(scriptBlocks)("a shell snippet is one to bash: $name", ({ code }) => {
  const { stderr, status } = spawnSync("bash", ["-n"], { input: code, encoding: "utf8" });
  expect(`${status} ${stderr}`).toBe("0 ");
});

test("every command in the documentation is there, with its options", () => {
  const faults = [...scriptBlocks, ...inText].flatMap(({ name, code }) =>
    commandsIn(code).flatMap((command) => faultsOf(command).map((fault) => `${name}: ${fault}`)),
  );
  expect(faults).toEqual([]);
});

/** Pages about one command, with a table of its options. */
const aboutCommands = PAGES.filter((page) => /^docs\/[^/]+$/.test(page)).flatMap((page) => {
  const [, section] = /^## Options\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(readFileSync(join(ROOT, page), "utf8")) ?? [];
  return section === undefined ? [] : [{ page, section }];
});

test.each(aboutCommands)("$page has every option of its command, and no other", ({ page, section }) => {
  const [first = []] = scriptBlocks
    .filter((block) => block.page === page)
    .flatMap(({ code }) => commandsIn(code))
    .filter(([program, run]) => program === "npm" && run === "run");
  const [script = ""] = first.slice(2).filter((word) => word !== "-s");
  const source = sourceOf(scripts[script] ?? "") ?? "";
  const rows = [...section.matchAll(/^\| ((?:[^|\\]|\\.)+) \|/gm)].flatMap(
    ([, cell = ""]) => cell.match(/--[a-z][-a-z]*/g) ?? [],
  );
  const withoutHelp = (options: readonly string[]) =>
    [...new Set(options)].filter((option) => option !== "--help").sort();
  expect(withoutHelp(rows)).toEqual(withoutHelp(optionsOf(source)));
});

describe("a fault is found", () => {
  test.each([
    ["npm run nothing", "package.json has no script nothing"],
    ["npm run -s verify gcp-stack", "npm takes what follows verify for itself: '--' is missing"],
    ["npm run verify -- gcp-stack --no-such", "commands/verify.ts has no --no-such"],
    ["A=b npx milvus-l7-nothing", "the package has no command milvus-l7-nothing"],
    ["npx milvus-l7-doctor --no-such # a comment", "commands/doctor.ts has no --no-such"],
    ["ls && npx cdktf deployed", "cdktf has no deployed"],
    ["terraform -chdir=x destroyed", "terraform has no destroyed"],
    ["npm cii", "npm has no cii"],
    ["text=$(npx milvus-l7-doctor --no-such)", "commands/doctor.ts has no --no-such"],
  ])("in %s", (code, fault) => {
    expect(commandsIn(code).flatMap(faultsOf)).toContain(fault);
  });
});
