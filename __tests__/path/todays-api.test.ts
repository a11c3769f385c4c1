import { describeUnless } from "../support/terraform";
import { type Identity, identity } from "./support/certificates";
import { pymilvus } from "./support/client";
import { startMilvusLite } from "./support/milvus";
import { grpc, Nginx } from "./support/nginx";
import { whatIsMissing } from "./support/tools";
import { findings, local, verify } from "./support/verify";
import { Workspace } from "./support/workspace";

const missing = whatIsMissing();

describeUnless(missing.milvus, "Milvus Lite, with today's API", () => {
  const workspace = new Workspace();
  let port: number;
  let own: Identity;
  let proxy: Nginx<"grpc">;

  beforeAll(async () => {
    own = await identity(workspace.folder, "proxy");
    const milvus = await startMilvusLite(workspace.folder);
    workspace.keep(milvus.server);
    port = milvus.port;
    proxy = workspace.keep(await Nginx.start(workspace.folder, own, { grpc: { rules: grpc(port) } }));
  });

  afterAll(() => workspace.remove());

  const run = (...more: string[]) => verify([...local(proxy.port("grpc"), own.certificate), ...more]);

  test("passes, with no more than the warning that it knows no authorization", async () => {
    const verified = await run();
    expect(verified).toMatchObject({ passed: true, exit: 0, stderr: "" });
    expect(findings(verified)).toEqual(["milvus warned: no-authorization"]);
  });

  test("passes with a token that it has no use for", async () => {
    expect(await run("--token", "root:Milvus")).toMatchObject({ passed: true, exit: 0 });
  });

  test("the test that writes goes through, and leaves nothing behind", async () => {
    const verified = await run("--write-test");
    expect(verified.hops.find(({ hop }) => hop === "write-test")).toMatchObject({ status: "passed" });
    expect(verified).toMatchObject({ passed: true, exit: 0 });
    expect(await pymilvus(port, "list_collections()")).toBe("[]\n");
  });
});
