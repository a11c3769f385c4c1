import { defaultAws } from "../support/aws";
import { defaultGcp } from "../support/gcp";
import { only } from "../support/synth";
import { build, notAsNeeded, speakTls, stackIn, withoutHashes } from "./build";

/** The way back to plaintext. */

const RELEASE = { ownership: "adopt", releaseName: "search", namespace: "vector-db", mode: "cluster" } as const;

const gcp = (release: object) => build("gcp-stack", { ...defaultGcp(), release: { ...RELEASE, ...release } });
const aws = (release: object) => build("aws-stack", { ...defaultAws(), release: { ...RELEASE, ...release } });

const NO_ANSWER =
  "the pods go back to plaintext, which this load balancer can't speak: clients behind it get 502 until TLS is enabled " +
  "again.";

/** A stack's resources and outputs, but for the release. */
function withoutRelease({ resource = {}, output }: ReturnType<typeof stackIn>) {
  const { helm_release, ...others } = resource;
  return { others, output };
}

describe("on GKE", () => {
  test("the load balancer stays as it is", () => {
    const [off, on] = ["disabled", "enabled"].map((tls) => stackIn(gcp({ tls }), "gcp-stack"));
    expect(off && withoutRelease(off)).toEqual(on && withoutRelease(on));
  });

  test("the pods lose the settings", () => {
    const [values] = only(stackIn(gcp({ tls: "disabled" }), "gcp-stack"), "helm_release").values;
    expect(values).toContain('"proxy" = { "extraEnv" = concat(');
    expect(values).toMatch(/, \[\]\) } }\)}$/);
  });

  test("the stack warns that nobody gets through, and says what comes next", () => {
    expect(gcp({ tls: "disabled" }).warnings["gcp-stack"]).toContain(
      `${NO_ANSWER} Next: give the release back with 'npm run release:detach', and destroy the stack.`,
    );
  });

  test.each([{}, { tls: "enabled" }])("the stack doesn't warn of it with TLS: %j", (release) => {
    expect(gcp(release).warnings["gcp-stack"]).toEqual([expect.stringMatching(/^the state stays in a file/)]);
  });

  describe("with the release in a stack of its own", () => {
    const built = gcp({ tls: "disabled", stack: "own" });

    test("the load balancer stays as it is", () => {
      expect(withoutRelease(stackIn(built, "gcp-stack"))).toEqual(
        withoutRelease(stackIn(gcp({ tls: "enabled", stack: "own" }), "gcp-stack")),
      );
    });

    test("its stack warns of it, and can be destroyed at once", () => {
      expect(built.warnings["gcp-stack"]).toContain(`${NO_ANSWER} Next: destroy the stack.`);
      expect(built.warnings["gcp-stack-release"]).toEqual([expect.stringMatching(/^the state stays in a file/)]);
    });

    test("its check doesn't send anybody to deploy the release once more", () => {
      expect(withoutHashes(stackIn(built, "gcp-stack").check?.release_check_61B94AA1.assert[0])).toEqual({
        condition: speakTls(8080),
        error_message: notAsNeeded(
          "vector-db/search",
          "common.security.tlsMode 1 and proxy.http.port 8080",
          "Destroy this stack, or set tls to enabled and deploy gcp-stack-release.",
        ),
      });
    });
  });
});

describe("on EKS", () => {
  const annotations = (tls: string) =>
    only(stackIn(aws({ tls }), "aws-stack"), "kubernetes_manifest").manifest.metadata.annotations;

  test("the load balancer speaks plaintext to the pods again", () => {
    expect(annotations("enabled")["alb.ingress.kubernetes.io/backend-protocol"]).toBe("HTTPS");
    expect(annotations("disabled")).toEqual({
      ...annotations("enabled"),
      "alb.ingress.kubernetes.io/backend-protocol": "HTTP",
      "alb.ingress.kubernetes.io/healthcheck-protocol": "HTTP",
    });
  });

  test("the pods lose the settings", () => {
    const [values] = only(stackIn(aws({ tls: "disabled" }), "aws-stack"), "helm_release").values;
    expect(values).toContain('"proxy" = { "extraEnv" = concat(');
    expect(values).toMatch(/, \[\]\) } }\)}$/);
  });

  test.each(["same", "own"])("nothing is warned of, since clients get through: stack %s", (stack) => {
    expect(aws({ tls: "disabled", stack }).warnings["aws-stack"]).toEqual([
      expect.stringMatching(/^the state stays in a file/),
    ]);
  });
});
