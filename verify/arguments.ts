import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { HOPS, type HopName } from "./hop";
import type { Cloud } from "./target";
import { shellWord } from "./text";

/** What was asked for on the command line. */
export interface Arguments {
  readonly stack?: string;
  readonly out: string;
  readonly host?: string;
  readonly address?: string;
  readonly port: number;
  readonly ca?: PemFile;
  readonly token?: string;
  readonly cloud?: Cloud;
  readonly timeout: Duration;
  readonly wait?: Duration;
  readonly until: HopName;
  readonly writeTest: boolean;
  readonly json: boolean;
}

export interface PemFile {
  readonly file: string;
  readonly text: string;
}

export interface Duration {
  readonly text: string;
  readonly ms: number;
}

/** The command was not understood. */
export class WrongUse extends Error {}

/** Nothing where help was asked for, and printed. */
export function parseArguments(argv: readonly string[], env: NodeJS.ProcessEnv): Arguments | undefined {
  const command = describe(env);
  try {
    command.parse([...argv], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    if (error.exitCode === 0) {
      return undefined;
    }
    throw new WrongUse(error.message.replace(/^error: /, "").replace(/(unknown option '[^'=]+)=.*'/s, "$1'"));
  }
  const options = command.opts<Omit<Arguments, "stack" | "token"> & { token?: string }>();
  const [stack] = command.args;
  if (stack === undefined && options.host === undefined) {
    throw new WrongUse("name a stack, or a host with --host");
  }
  if (options.until === "write-test" && !options.writeTest) {
    throw new WrongUse("--until write-test needs --write-test");
  }
  const token = options.token ?? env.MILVUS_TOKEN;
  return { ...options, stack, token: token === "" ? undefined : token };
}

/** The options of a command that asks for the same target again: no token, and not how long or how far. */
export function targetOptions({ stack, out, host, address, port, ca, cloud }: Arguments): string[] {
  const options = { host, address, port: port === 443 ? undefined : String(port), ca: ca?.file, cloud };
  return [
    ...(stack === undefined ? [] : [stack, ...(out === DEFAULT_OUT ? [] : ["--out", out])]),
    ...Object.entries(options).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`, value])),
  ].map(shellWord);
}

const DEFAULT_OUT = "cdktf.out";

function describe(env: NodeJS.ProcessEnv): Command {
  return new Command("verify")
    .usage("[options] [STACK]")
    .description("Proves hop by hop that a Milvus client gets through the load balancer.")
    .argument("[STACK]", "takes host, address, certificate and cloud from this deployed stack")
    .addOption(new Option("--host <NAME>", "the name that clients use").argParser(hostName))
    .addOption(
      new Option(
        "--address <ADDRESS>",
        "the load balancer's address or name: goes by it, wherever DNS leads",
      ).argParser(address),
    )
    .addOption(new Option("--port <NUMBER>", "its port").default(443).argParser(portNumber))
    .addOption(new Option("--ca <FILE>", "the authorities that clients trust, in PEM").argParser(authorities))
    .addOption(new Option("--token <TOKEN>", "user:password; MILVUS_TOKEN keeps it out of the list of processes"))
    .addOption(new Option("--cloud <CLOUD>", "what is behind the host, where no stack says so").choices(["gcp", "aws"]))
    .addOption(
      new Option("--timeout <TIME>", "the limit of one walk").default(duration("30s"), "30s").argParser(duration),
    )
    .addOption(new Option("--wait <TIME>", "walks again until all hops pass, or time is up").argParser(duration))
    .addOption(new Option("--until <HOP>", "the last hop").default("exposure").choices(HOPS))
    .option("--write-test", "writes, searches and drops a collection of its own", false)
    .option("--json", "prints one JSON document", false)
    .option("--out <DIR>", "where cdktf writes to (CDKTF_OUTDIR, or cdktf.out)", env.CDKTF_OUTDIR || DEFAULT_OUT)
    .helpOption("--help", "explains itself")
    .addHelpText("after", "\nexit status: 0 passed, 1 a hop failed, 2 wrong use, 3 timed out, 130 interrupted")
    .showSuggestionAfterError(false)
    .allowExcessArguments(false)
    .configureOutput({ writeErr: () => {} })
    .exitOverride();
}

function hostName(text: string): string {
  if (isIP(text) !== 0) {
    throw new InvalidArgumentError(
      "This is an address: give it as --address, and the name that clients use as --host.",
    );
  }
  if (!/^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i.test(text)) {
    throw new InvalidArgumentError("A host is a DNS name, without https:// and port.");
  }
  return text.toLowerCase();
}

function address(text: string): string {
  return isIP(text) === 0 ? hostName(text) : text;
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65535) {
    throw new InvalidArgumentError("A port is a number from 1 to 65535.");
  }
  return port;
}

function authorities(file: string): PemFile {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new InvalidArgumentError(`It can't be read: ${(error as NodeJS.ErrnoException).code}.`);
  }
  if (!isPem(text)) {
    throw new InvalidArgumentError("There is no certificate in PEM in it.");
  }
  return { file, text };
}

function isPem(text: string): boolean {
  try {
    new X509Certificate(text);
    return true;
  } catch {
    return false;
  }
}

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function duration(text: string): Duration {
  const [, number, unit] = /^(\d{1,6}(?:\.\d{1,3})?)(ms|s|m|h)$/.exec(text) ?? [];
  const ms = Number(number) * UNITS[unit as keyof typeof UNITS];
  if (!(ms >= 1 && ms <= 24 * UNITS.h)) {
    throw new InvalidArgumentError("A time is a number with its unit, such as 30s or 10m, of at most 24h.");
  }
  return { text, ms };
}
