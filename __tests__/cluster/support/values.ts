/** What Terraform would read as its own, what YAML would, and what is longer than a line. */
const ODD = `\${var.x} %{if true} %%{ $\${ "double" 'single' \\back ünïcödé 中文 🙂 # no comment: a colon`;

/** Comments and authorization: a change of it restarts every component, and comments are its owner's. */
const USER_YAML = `# kept by its owner: ${ODD}
common:
  security:
    authorizationEnabled: true # asked for in the audit
# the end
`;

const requests = { cpu: "100m", memory: "128Mi" };

/** Values of many kinds, as owners of releases have them. */
export function ownersValues(mode: "cluster" | "standalone", more: object = {}): object {
  const pods = {
    replicas: 2,
    resources: { requests, limits: { memory: "1Gi" } },
    nodeSelector: { "example.com/pool": "milvus" },
    extraEnv: [
      { name: "PLAIN", value: "text" },
      { name: "ODD", value: ODD },
      { name: "NODE_IP", valueFrom: { fieldRef: { apiVersion: "v1", fieldPath: "status.hostIP" } } },
      { name: "LICENCE", valueFrom: { secretKeyRef: { name: "licence", key: "text", optional: true } } },
      { name: "EMPTY", value: "" },
    ],
  };
  return {
    cluster: { enabled: mode === "cluster" },
    [mode === "cluster" ? "proxy" : "standalone"]: mode === "cluster" ? pods : { ...pods, replicas: 1 },
    image: { all: { tag: "v2.6.11" } },
    attu: { enabled: true },
    annotations: { "example.com/odd": ODD },
    labels: { "example.com/team": "search" },
    service: { type: "LoadBalancer", annotations: { "example.com/owner": "search" } },
    extraConfigFiles: { "user.yaml": USER_YAML },
    // Nobody reads it: 100 kB that have to come through all the same.
    notes: Array.from({ length: 600 }, (_, index) => `${index}: ${ODD} ${"long ".repeat(20)}`),
    ...more,
  };
}
