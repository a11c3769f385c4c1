import type { Life } from "./life";

/** What turns TLS on in the pods. */
const OURS = [
  { name: "COMMON_SECURITY_TLSMODE", value: "1" },
  { name: "PROXY_HTTP_PORT", value: "8080" },
];

/** The values of a release that is adopted with TLS: its owner's, and our two entries after theirs. */
export function withOurs({ component }: Life, owners: any): any {
  const pods = owners[component];
  return { ...owners, [component]: { ...pods, extraEnv: [...pods.extraEnv, ...OURS] } };
}
