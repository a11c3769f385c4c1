import { describeUnless } from "../support/terraform";
import { type Identity, identity } from "./support/certificates";
import { pymilvus } from "./support/client";
import { startMilvusLite } from "./support/milvus";
import { withNames } from "./support/names";
import { grpc, Nginx } from "./support/nginx";
import { freePort } from "./support/processes";
import { StrangeServers } from "./support/strange-servers";
import { whatIsMissing } from "./support/tools";
import { findings, local, verify } from "./support/verify";
import { Workspace } from "./support/workspace";

const missing = whatIsMissing();
const TIMEOUT_MS = 4000;
const TIMED_OUT = 3;

describeUnless(missing.milvus, "a path that hangs", () => {
  const workspace = new Workspace();
  const strange = workspace.keep(new StrangeServers());
  let own: Identity;
  let milvus: number;
  let proxy: Nginx<"everything" | "version" | "insert" | "metrics">;

  beforeAll(async () => {
    own = await identity(workspace.folder, "proxy");
    const lite = await startMilvusLite(workspace.folder);
    workspace.keep(lite.server);
    milvus = lite.port;
    const silent = await strange.silent();
    const patience = "grpc_read_timeout 1h;";
    const hanging = (path: string) =>
      `location ~ ${path} { grpc_pass grpc://127.0.0.1:${silent}; ${patience} }\n${grpc(milvus)}`;
    proxy = workspace.keep(
      await Nginx.start(workspace.folder, own, {
        everything: { rules: grpc(silent, patience) },
        version: { rules: hanging("/(Connect|GetVersion|CheckHealth)$") },
        insert: { rules: hanging("/Insert$") },
        metrics: { rules: hanging("^/(metrics|webui|expr)") },
      }),
    );
  });

  afterAll(() => workspace.remove());

  async function hangs(hop: string, cause: string, ...args: string[]): Promise<void> {
    const verified = await verify([...args, "--timeout", `${TIMEOUT_MS / 1000}s`]);
    expect(findings(verified)).toContain(`${hop} failed: ${cause}`);
    expect(verified).toMatchObject({ passed: false, exit: TIMED_OUT, stderr: "" });
    expect(verified.elapsedMs).toBeLessThan(TIMEOUT_MS + 1000);
  }

  describeUnless(missing.names ?? missing.lowPorts, "at DNS", () => {
    test("a name server that never answers", async () => {
      const before = withNames(workspace.folder, {}, await strange.silentNameServer());
      const verified = await verify(["--host", "milvus.example.com", "--timeout", "4s"], { before });
      expect(findings(verified)).toEqual(["dns failed: hang-dns"]);
      expect(verified.exit).toBe(TIMED_OUT);
      expect(verified.elapsedMs).toBeLessThan(TIMEOUT_MS + 1000);
    });
  });

  test("at TCP: packets are dropped", async () => {
    await hangs("tcp", "tcp-timeout", ...local(await strange.full(workspace.folder, await freePort())));
  });

  test("at TLS: the server takes the connection, and says nothing", async () => {
    await hangs("tls", "hang-tls", ...local(await strange.silent()));
  });

  test("at gRPC: TLS, and then nothing", async () => {
    await hangs("grpc", "hang-grpc", ...local(await strange.afterHandshake(own), own.certificate));
  });

  test("at gRPC: a proxy that waits for the server behind it for ever", async () => {
    await hangs("grpc", "hang-grpc", ...local(proxy.port("everything"), own.certificate));
  });

  test("at Milvus: gRPC answers, Milvus' own methods don't", async () => {
    await hangs("milvus", "hang-milvus", ...local(proxy.port("version"), own.certificate));
  });

  test("at the test that writes, which leaves nothing behind", async () => {
    await hangs("write-test", "hang-write-test", ...local(proxy.port("insert"), own.certificate), "--write-test");
    expect(await pymilvus(milvus, "list_collections()")).toBe("[]\n");
  });

  test("at the paths of port 9091", async () => {
    await hangs("exposure", "hang-exposure", ...local(proxy.port("metrics"), own.certificate));
  });
});
