import { type ExecFileException, execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as util from "node:util";
import { ROOT } from "../../config/support";

/** `main.ts` itself. */

export interface Run {
  readonly exitCode: number;
  readonly stderr: string;
  /** Whether there is an output folder. */
  readonly wrote: boolean;
}

function prepared(folder: string, config: string | Uint8Array): NodeJS.ProcessEnv {
  const outdir = join(folder, "cdktf.out");
  mkdirSync(folder, { recursive: true });
  rmSync(outdir, { recursive: true, force: true });
  const file = join(folder, "milvus-l7.yaml");
  writeFileSync(file, config);
  return { MILVUS_L7_CONFIG: file, CDKTF_OUTDIR: outdir };
}

/** In this process: `main.ts` anew, and what it imports as it is here. */
export function runHere(folder: string, config: string | Uint8Array): Run {
  const { env, exitCode } = process;
  const said = jest.spyOn(console, "error").mockImplementation(() => undefined);
  try {
    process.env = { ...env, ...prepared(folder, config) };
    process.exitCode = 0;
    for (const name of IMPORTS) {
      const loaded = jest.requireActual(name);
      jest.doMock(name, () => loaded);
    }
    // The options of this process are jest's.
    jest.doMock("node:util", () => ({
      ...util,
      parseArgs: (config: object) => util.parseArgs({ ...config, args: [] }),
    }));
    jest.isolateModules(() => {
      require("../../../main");
    });
    const stderr = said.mock.calls.map(([text]) => `${text}\n`).join("");
    return { exitCode: Number(process.exitCode), stderr, wrote: existsSync(join(folder, "cdktf.out")) };
  } finally {
    Object.assign(process, { env, exitCode });
    said.mockRestore();
  }
}

/** What takes long to load. */
const IMPORTS = [
  "cdktf",
  "../../../config/files",
  "../../../config/load",
  "../../../config/print",
  "../../../constructs/internal/problem",
  "../../../stacks/catalog",
];

/** In a process of its own. */
export async function runApart(folder: string, config: string | Uint8Array): Promise<Run> {
  const env = { ...process.env, ...prepared(folder, config) };
  return new Promise((resolve) => {
    const whenDone = (error: ExecFileException | null, _: string, stderr: string) =>
      resolve({ exitCode: error ? Number(error.code) : 0, stderr, wrote: existsSync(join(folder, "cdktf.out")) });
    execFile(process.execPath, ["app.js"], { cwd: ROOT, env }, whenDone);
  });
}
