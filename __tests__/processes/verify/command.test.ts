import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArguments, targetOptions } from "../../../verify/arguments";
import { writeManifest } from "../../support/manifest";
import { closedPort, type Identity, identity, LOCAL, run, Servers } from "./support";

const folder = mkdtempSync(join(tmpdir(), "milvus-l7-verify-"));
const CA = join(folder, "ca.pem");
const SECRET = "root:a-very-secret-password";
const servers = new Servers();
let own: Identity;
let broken: number;
beforeAll(async () => {
  own = await identity();
  writeFileSync(CA, own.cert);
  broken = await servers.answering(own, { ":status": 502, "content-type": "text/html" }, "Bad Gateway");
});
afterAll(() => {
  servers.close();
  rmSync(folder, { recursive: true });
});

const local = (port: number) => ["--host", "localhost", "--address", LOCAL, "--port", String(port), "--ca", CA];

describe("wrong use", () => {
  const parse = (...args: string[]) => {
    try {
      return parseArguments(args, {});
    } catch (error) {
      return (error as Error).message;
    }
  };

  test.each([
    [[], "name a stack, or a host with --host"],
    [["a", "b"], "too many arguments. Expected 1 argument but got 2."],
    [["a", "--what"], "unknown option '--what'"],
    [["a", "--tokn=root:secret"], "unknown option '--tokn'"],
    [["--host"], "option '--host <NAME>' argument missing"],
    [
      ["--host", "https://x"],
      "option '--host <NAME>' argument 'https://x' is invalid. A host is a DNS name, without https:// and port.",
    ],
    [
      ["--host", "1.2.3.4"],
      "option '--host <NAME>' argument '1.2.3.4' is invalid. This is an address: give it as --address, and the name that clients use as --host.",
    ],
    [["a", "--port", "0"], "option '--port <NUMBER>' argument '0' is invalid. A port is a number from 1 to 65535."],
    [
      ["a", "--port", "65536"],
      "option '--port <NUMBER>' argument '65536' is invalid. A port is a number from 1 to 65535.",
    ],
    [
      ["a", "--timeout", "30"],
      "option '--timeout <TIME>' argument '30' is invalid. A time is a number with its unit, such as 30s or 10m, of at most 24h.",
    ],
    [
      ["a", "--wait", "0s"],
      "option '--wait <TIME>' argument '0s' is invalid. A time is a number with its unit, such as 30s or 10m, of at most 24h.",
    ],
    [
      ["a", "--until", "http"],
      "option '--until <HOP>' argument 'http' is invalid. Allowed choices are dns, tcp, tls, alpn, grpc, milvus, write-test, exposure.",
    ],
    [["a", "--until", "write-test"], "--until write-test needs --write-test"],
    [["a", "--cloud", "azure"], "option '--cloud <CLOUD>' argument 'azure' is invalid. Allowed choices are gcp, aws."],
    [
      ["a", "--ca", "/no/such/file"],
      "option '--ca <FILE>' argument '/no/such/file' is invalid. It can't be read: ENOENT.",
    ],
    [
      ["a", "--ca", __filename],
      `option '--ca <FILE>' argument '${__filename}' is invalid. There is no certificate in PEM in it.`,
    ],
  ])("%j is told", (args, message) => {
    expect(parse(...args)).toBe(message);
  });

  test("exits with 2, and says how to go on", async () => {
    expect(await run(["--port", "x", "--host", "a"])).toMatchObject({
      status: 2,
      stdout: "",
      stderr:
        "verify: option '--port <NUMBER>' argument 'x' is invalid. A port is a number from 1 to 65535.\n" +
        "run it with --help to see what there is\n",
    });
  });

  test("--help explains the options and the exit codes, and exits with 0", async () => {
    const { status, stdout } = await run(["--help"]);
    expect(status).toBe(0);
    expect(stdout).toContain("--address <ADDRESS>");
    expect(stdout).toContain("exit status: 0 passed, 1 a hop failed, 2 wrong use, 3 timed out, 130 interrupted");
  });
});

describe("arguments", () => {
  test("have these defaults", () => {
    expect(parseArguments(["--host", "A.Example.com"], {})).toMatchObject({
      host: "a.example.com",
      port: 443,
      timeout: { ms: 30_000 },
      until: "exposure",
      writeTest: false,
      json: false,
      out: "cdktf.out",
    });
  });

  test("take the token from the environment, which a flag outranks", () => {
    const token = (args: string[], env: NodeJS.ProcessEnv) => parseArguments(["s", ...args], env)?.token;
    expect([
      token([], { MILVUS_TOKEN: "a:b" }),
      token(["--token", "c:d"], { MILVUS_TOKEN: "a:b" }),
      token([], { MILVUS_TOKEN: "" }),
    ]).toEqual(["a:b", "c:d", undefined]);
  });

  test("can be asked for again, without the token", () => {
    const args = parseArguments(["s", "--out", "o ut", "--port", "1", "--ca", CA, "--token", SECRET, "--json"], {});
    expect(args && targetOptions(args)).toEqual(["s", "--out", "'o ut'", "--port", "1", "--ca", CA]);
  });
});

describe("the command", () => {
  test("exits with 1 where a hop fails, with a report", async () => {
    const { status, stdout, stderr } = await run(local(broken));
    expect([status, stderr]).toEqual([1, ""]);
    expect(stdout).toMatch(/^verify: localhost:\d+ at 127\.0\.0\.1\n/);
    expect(stdout).toMatch(/\nverify: failed at grpc: bad-gateway \(\d+\.\d s\)\n$/);
  });

  test("exits with 0 where all hops that are asked for pass", async () => {
    expect(await run([...local(broken), "--until", "alpn"])).toMatchObject({ status: 0 });
  });

  test("exits with 3 where nothing comes in time", async () => {
    const port = await servers.tcp(() => {});
    const { status, stdout } = await run([...local(port), "--timeout", "500ms"]);
    expect([status, stdout.includes("cause: hang-tls")]).toEqual([3, true]);
  });

  test("prints one JSON document with --json, and nothing else", async () => {
    const { status, stdout, stderr } = await run([...local(broken), "--json"]);
    expect([status, stderr]).toEqual([1, ""]);
    expect(JSON.parse(stdout)).toMatchObject({ passed: false, host: "localhost", address: LOCAL, port: broken });
  });

  test("waits until all hops pass, with one line per change", async () => {
    let answers = 0;
    const port = await servers.http2(own, (stream) => {
      answers += 1;
      stream.respond(
        answers < 4
          ? { ":status": answers < 3 ? 503 : 502 }
          : { ":status": 200, "content-type": "application/grpc", "grpc-status": "0" },
        { endStream: true },
      );
    });
    const { status, stdout, stderr } = await run([...local(port), "--until", "grpc", "--wait", "20s"]);
    expect([status, stderr.replace(/\d+s/g, "Ns")]).toEqual([
      0,
      "verify: Ns failed at grpc: no-backend\nverify: Ns failed at grpc: bad-gateway\n",
    ]);
    expect(stdout).toContain("\nverify: passed (");
  });

  test("exits with 3 where the wait is over", async () => {
    const { status, stdout } = await run([...local(broken), "--until", "grpc", "--wait", "1s"]);
    expect([status, stdout.includes("failed at grpc: bad-gateway")]).toEqual([3, true]);
  });

  test("exits with 130 at an interrupt", async () => {
    const { status, stdout } = await run([...local(broken), "--wait", "60s"], {}, { after: /bad-gateway/ });
    expect([status, stdout]).toEqual([
      130,
      "verify: interrupted at grpc: HTTP 502, content-type text/html: Bad Gateway\n",
    ]);
  });

  test("never prints the token", async () => {
    const port = await servers.http2(own, (stream, headers) => {
      const said = `${headers.authorization ?? ""} ${SECRET} ${Buffer.from(SECRET).toString("base64")}`;
      const isHealth = String(headers[":path"]).includes("Health");
      const status = isHealth || headers.authorization === undefined ? "16" : "13";
      stream.respond(
        { ":status": 200, "content-type": "application/grpc", "grpc-status": status, "grpc-message": said },
        { endStream: true },
      );
    });
    for (const [args, env] of [
      [["--token", SECRET], {}],
      [["--json"], { MILVUS_TOKEN: SECRET }],
    ] as const) {
      const { status, stdout, stderr } = await run([...local(port), ...args], env);
      expect([status, stdout.includes("grpc-other"), stdout.includes("***")]).toEqual([1, true, true]);
      const printed = stdout + stderr;
      expect(printed).not.toContain("a-very-secret-password");
      expect(printed).not.toContain(Buffer.from(SECRET).toString("base64").slice(0, 12));
    }
  });
});

describe("a stack", () => {
  const out = join(folder, "cdktf.out");
  const terraform = join(folder, "terraform");
  const stack = (outputs: object | string, status = 0) => {
    mkdirSync(join(out, "stacks/gcp-stack"), { recursive: true });
    const manifest = { kind: "Ingress", metadata: { name: "my-milvus", namespace: "prod" } };
    const resource = { kubernetes_manifest: { ingress: { manifest } } };
    writeFileSync(join(out, "stacks/gcp-stack/cdk.tf.json"), JSON.stringify({ provider: { google: [{}] }, resource }));
    writeManifest(out, "gcp-stack");
    const text = typeof outputs === "string" ? outputs : JSON.stringify(outputs);
    writeFileSync(join(folder, "output"), text);
    const print = status === 0 ? `cat ${join(folder, "output")}` : `cat ${join(folder, "output")} >&2; exit ${status}`;
    writeFileSync(terraform, `#!/bin/sh\n[ "$1 $2" = "output -json" ] || exit 9\n${print}\n`);
    chmodSync(terraform, 0o755);
    return ["gcp-stack", "--out", out];
  };
  const env = { TERRAFORM_BINARY_NAME: terraform };
  const outputs = (certificate?: string) => ({
    host: { value: "localhost" },
    address: { value: LOCAL },
    ...(certificate && { certificate_pem: { value: certificate } }),
  });

  test("says host, address, certificate, cloud and what to describe", async () => {
    const { status, stdout } = await run([...stack(outputs(own.cert)), "--port", String(broken)], env);
    expect(status).toBe(1);
    expect(stdout).toContain("localhost is 127.0.0.1, the load balancer's");
    expect(stdout).toContain("cause: bad-gateway");
    expect(stdout).toContain("next:  kubectl describe ingress -n prod my-milvus");
    expect(stdout).not.toContain("EKS");
  });

  test("is outranked by flags", async () => {
    const args = [
      ...stack(outputs()),
      "--port",
      String(await closedPort()),
      "--cloud",
      "aws",
      "--host",
      "127.localhost",
    ];
    const { stdout } = await run(args, env);
    expect(stdout).toMatch(/^verify: 127\.localhost:/);
  });

  test.each([
    [
      "isn't deployed",
      {},
      0,
      "gcp-stack has no outputs host and address: deploy it first, or name them by --host and --address",
    ],
    [
      "has outputs that can't be read",
      "what?",
      0,
      `'terraform output -json' in ${join(out, "stacks/gcp-stack")} printed nothing that can be read`,
    ],
    ["terraform refuses", "no backend", 1, `'terraform output' failed in ${join(out, "stacks/gcp-stack")}\nno backend`],
  ])("that %s is wrong use", async (_, text, status, message) => {
    expect(await run(stack(text, status), env)).toMatchObject({
      status: 2,
      stdout: "",
      stderr: `verify: ${message}\nrun it with --help to see what there is\n`,
    });
  });

  test("that isn't synthesised is wrong use", async () => {
    const { status, stderr } = await run(["no-such", "--out", folder]);
    expect([status, stderr.split("\n")[0]]).toEqual([
      2,
      `verify: there is no ${join(folder, "manifest.json")}: run 'npx cdktf synth' first, or name its folder with --out`,
    ]);
  });
});
