import { readFileSync } from "node:fs";
import { describeUnless } from "../support/terraform";
import { type Identity, identity } from "./support/certificates";
import { pymilvus, runSnippet } from "./support/client";
import { type Milvus, ROOT_TOKEN, startMilvus } from "./support/milvus";
import { grpc, grpcs, Nginx } from "./support/nginx";
import { LOW_PORTS_ADDRESS, whatIsMissing } from "./support/tools";
import { findings, local, verify } from "./support/verify";
import { Workspace } from "./support/workspace";

const missing = whatIsMissing();

describeUnless(missing.milvus, "Milvus with TLS and authorization", () => {
  const workspace = new Workspace();
  let milvus: Milvus;
  let own: Identity;
  let pods: Identity;
  let proxy: Nginx<"grpcs" | "grpc" | "http1">;

  beforeAll(async () => {
    own = await identity(workspace.folder, "proxy");
    pods = await identity(workspace.folder, "pods");
    milvus = await startMilvus(workspace.folder, { tls: pods, authorization: true });
    workspace.keep(milvus.server);
    const { port } = milvus;
    proxy = workspace.keep(
      await Nginx.start(workspace.folder, own, {
        grpcs: { rules: grpcs(port) },
        grpc: { rules: grpc(port) },
        http1: { rules: `location / { proxy_pass https://127.0.0.1:${port}; }` },
      }),
    );
  });

  afterAll(() => workspace.remove());

  const run = (name: Parameters<typeof proxy.port>[0], ...more: string[]) =>
    verify([...local(proxy.port(name), own.certificate), ...more]);

  const collections = () =>
    pymilvus(
      milvus.port,
      "list_collections()",
      `uri="https://localhost:${milvus.port}", server_pem_path="${pods.certificate}", token="${ROOT_TOKEN}"`,
    );

  test("gRPC over TLS to the pods, as GKE does, passes with a token", async () => {
    const verified = await run("grpcs", "--token", ROOT_TOKEN);
    expect(verified).toMatchObject({ passed: true, exit: 0, stderr: "" });
    expect(findings(verified).join()).not.toMatch(/no-authorization/);
  });

  test("the token may be in the environment, and is in no output", async () => {
    const args = local(proxy.port("grpcs"), own.certificate);
    const verified = await verify(args, { env: { MILVUS_TOKEN: ROOT_TOKEN } });
    expect(verified).toMatchObject({ passed: true, exit: 0 });
    expect(JSON.stringify(verified)).not.toContain(ROOT_TOKEN);
  });

  test("without a token Milvus answers that there is none", async () => {
    const verified = await run("grpcs");
    expect(verified).toMatchObject({ passed: false, exit: 1 });
    expect(findings(verified)).toEqual(["milvus failed: grpc-unauthenticated"]);
  });

  test("a wrong token is refused by Milvus", async () => {
    const verified = await run("grpcs", "--token", "root:wrong");
    expect(verified).toMatchObject({ passed: false, exit: 1 });
    expect(findings(verified)).toEqual(["milvus failed: grpc-unauthenticated"]);
    expect(JSON.stringify(verified)).not.toContain("root:wrong");
  });

  test("plaintext to pods with TLS is a bad gateway", async () => {
    const verified = await run("grpc", "--token", ROOT_TOKEN);
    expect(verified).toMatchObject({ passed: false, exit: 1 });
    expect(findings(verified)).toEqual(["grpc failed: bad-gateway"]);
  });

  // nginx takes the first bytes of HTTP/2 for an answer of HTTP/0.9, and breaks off.
  test("HTTP/1 to pods with TLS brings no gRPC", async () => {
    const verified = await run("http1", "--token", ROOT_TOKEN);
    expect(verified).toMatchObject({ passed: false, exit: 1 });
    expect(findings(verified)).toEqual(["grpc failed: grpc-unavailable"]);
  });

  test("Milvus itself passes, with the certificate of its pods", async () => {
    const verified = await verify([...local(milvus.port, pods.certificate), "--token", ROOT_TOKEN]);
    expect(verified).toMatchObject({ passed: true, exit: 0 });
  });

  test("the test that writes goes through, and leaves nothing behind", async () => {
    const verified = await run("grpcs", "--token", ROOT_TOKEN, "--write-test");
    expect(verified).toMatchObject({ passed: true, exit: 0 });
    expect(await collections()).toBe("[]\n");
  });

  describeUnless(missing.lowPorts, "the snippet of a stack", () => {
    const host = "milvus.example.com";
    let certificatePem: string;

    beforeAll(async () => {
      const ofHost = await identity(workspace.folder, "snippet", { hosts: [host] });
      certificatePem = readFileSync(ofHost.certificate, "utf8");
      const listener = { address: `${LOW_PORTS_ADDRESS}:443`, host, rules: grpcs(milvus.port) };
      workspace.keep(await Nginx.start(workspace.folder, ofHost, { listener }));
    });

    const run = (token: string) =>
      runSnippet(
        { host, address: LOW_PORTS_ADDRESS, certificatePem, dns: false, authorizationEnabled: true },
        { env: { MILVUS_TOKEN: token } },
      );

    test("with a token", async () => {
      expect(await run(ROOT_TOKEN)).toBe("[]\n");
    });

    test("with a wrong token", async () => {
      expect(await run("root:wrong")).toMatch(/auth check failure/);
    });
  });
});
