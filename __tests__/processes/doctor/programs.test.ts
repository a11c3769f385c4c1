import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Programs, READING_COMMANDS, shortened } from "../../../doctor/programs";
import { FakePath } from "../../doctor/support";

const path = new FakePath();
const PATH = process.env.PATH;
beforeAll(() => {
  process.env.PATH = path.folder;
});
afterAll(() => {
  process.env.PATH = PATH;
});

async function timed<T>(work: Promise<T>): Promise<[T, number]> {
  const start = Date.now();
  return [await work, Date.now() - start];
}

describe("what may be run", () => {
  test("reads", () => {
    expect(READING_COMMANDS.kubectl).toEqual([["get"], ["version"], ["auth", "can-i"], ["config", "get-contexts"]]);
  });

  test.each([
    ["kubectl", ["create", "--dry-run=server", "-f", "x"]],
    ["kubectl", ["apply"]],
    ["kubectl", ["delete", "get"]],
    ["kubectl", ["auth", "reconcile"]],
    ["kubectl", ["config", "use-context"]],
    ["helm", ["get", "values"]],
    ["terraform", ["init"]],
    ["gcloud", ["container", "clusters", "delete"]],
    ["aws", ["eks", "delete-cluster"]],
    ["sh", ["-c", "true"]],
  ])("is not %s %j", async (program, args) => {
    await expect(new Programs(1000).run(program, args)).rejects.toThrow("is not among the commands that read");
  });
});

describe("a program", () => {
  test("that answers", async () => {
    path.script("helm", 'echo "v3.21.4"; echo noise >&2');
    expect(await new Programs(5000).run("helm", ["version"])).toEqual({ status: 0, stdout: "v3.21.4\n", error: "" });
  });

  test("that fails says why in a line, without its escape sequences", async () => {
    path.script("helm", `printf 'usage\\n\\033[31mError: no \\033[0maccess\\nbye\\n' >&2; exit 7`);
    expect(await new Programs(5000).run("helm", ["version"])).toEqual({
      status: 7,
      stdout: "",
      error: "Error: no access",
    });
  });

  test("that isn't there", async () => {
    expect(await new Programs(5000).run("aws", ["--version"])).toMatchObject({ stopped: "missing" });
  });

  test("that can't be run", async () => {
    path.script("gcloud", "exit 0");
    require("node:fs").chmodSync(join(path.folder, "gcloud"), 0o644);
    const { status, error } = await new Programs(5000).run("gcloud", ["version"]);
    expect([status, error]).toEqual([undefined, "spawn gcloud EACCES"]);
  });

  test("that hangs ends with the time, and so does what it started", async () => {
    const marker = join(path.folder, "alive");
    path.script("helm", `(/bin/sleep 2; echo x > ${marker}) & /bin/sleep 60`);
    const [outcome, took] = await timed(new Programs(300).run("helm", ["version"]));
    expect(outcome).toMatchObject({ stopped: "late" });
    expect(took).toBeLessThan(1300);
    await new Promise((resolve) => setTimeout(resolve, 2200));
    expect(existsSync(marker)).toBe(false);
  });

  test("that prints without end is stopped", async () => {
    path.script(
      "helm",
      "while :; do echo 0123456789012345678901234567890123456789012345678901234567890123456789; done",
    );
    expect(await new Programs(60_000).run("helm", ["version"])).toMatchObject({ stopped: "too large", stdout: "" });
  }, 60_000);

  test("isn't started once the time is over", async () => {
    path.script("helm", `echo started > ${join(path.folder, "started")}`);
    const programs = new Programs(1);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(await programs.run("helm", ["version"])).toMatchObject({ stopped: "late" });
    expect(existsSync(join(path.folder, "started"))).toBe(false);
  });

  test("waits for its turn behind eight others", async () => {
    const log = join(path.folder, "turns");
    path.script("helm", `echo + >> ${log}; /bin/sleep 0.3; echo - >> ${log}`);
    const programs = new Programs(20_000);
    await Promise.all(Array.from({ length: 20 }, () => programs.run("helm", ["version"])));
    let running = 0;
    const most = readFileSync(log, "utf8")
      .trim()
      .split("\n")
      .map((line) => (running += line === "+" ? 1 : -1));
    expect(Math.max(...most)).toBeLessThanOrEqual(8);
    expect(most).toHaveLength(40);
  });
});

describe("a text from elsewhere", () => {
  test("is shown on a line, cut short", () => {
    expect(shortened("a\n  b\tc")).toBe("a b c");
    expect(shortened("x".repeat(500))).toHaveLength(240);
  });

  test.each([
    "-----BEGIN RSA PRIVATE KEY----- MIIE",
    "Authorization: Bearer abc",
    "token eyJhbGciOiJSUzI1NiIsImtpZCI6IkFB.x.y",
  ])("isn't shown with a key or a token in it: %s", (text) => {
    expect(shortened(text)).toBe("(a text that may hold a key or a token: not shown)");
  });
});
