import { type HclValue, hclExpression } from "../internal/hcl";
import { component } from "./chart";
import type { InstalledRelease } from "./installed-release";
import type { EnvEntry } from "./live-env";
import type { LiveMilvus } from "./live-milvus";
import type { IMilvusService } from "./milvus-service";
import { type MilvusSetting, REST_PORT, SERVER_CERTIFICATE, SERVER_KEY, TLS_MODE } from "./milvus-setting";
import type { MilvusTlsReleaseProps } from "./milvus-tls-release";
import { type UserYamlSettings, withSettings } from "./user-yaml";

/** The volume of the pods' own certificate. */
export const CERTIFICATE_VOLUME = "milvus-l7-tls";

/** Where it is mounted. An environment entry that leads here is ours. */
const CERTIFICATE_FOLDER = "/milvus/l7-tls";

/**
 * The values that the release is to have, as an expression: what isn't in them stays as it is.
 *
 * @param service the Milvus that these values make
 */
export function releaseValues(
  props: MilvusTlsReleaseProps,
  service: IMilvusService,
  live: LiveMilvus,
  installed: InstalledRelease,
): string {
  const { tls = "enabled", serviceType, userYaml } = props;
  const values: Record<string, HclValue> = {};
  if (tls !== "untouched") {
    const settings = milvusSettings(props, service);
    const inFile = userYaml !== undefined;
    const extraEnv = live.env.extraEnv(inFile ? [] : entries(settings), ownNames(props), `${CERTIFICATE_FOLDER}/`);
    const { ofComponent, ofRelease } = volumes(props, live);
    values[component(props.mode)] = { extraEnv, ...ofComponent };
    Object.assign(values, ofRelease);
    if (inFile) {
      values.extraConfigFiles = { "user.yaml": withSettings(userYaml, settings) };
    }
  }
  if (serviceType !== undefined) {
    values.service = installed.serviceValue(serviceType);
  }
  return `\${yamlencode(${hclExpression(values)})}`;
}

/** What Milvus is told, whichever way: the certificate is the one in its image unless it is given another. */
function milvusSettings(props: MilvusTlsReleaseProps, { ports }: IMilvusService): UserYamlSettings {
  const { tls = "enabled", restPort, podCertificate } = props;
  if (tls !== "enabled") {
    return restPort === undefined ? [] : [[REST_PORT, ports.rest]];
  }
  return [
    ...tlsSettings(ports.rest),
    ...(podCertificate?.kind === "secret"
      ? ([
          [SERVER_CERTIFICATE, `${CERTIFICATE_FOLDER}/tls.crt`],
          [SERVER_KEY, `${CERTIFICATE_FOLDER}/tls.key`],
        ] as [MilvusSetting, string][])
      : []),
  ];
}

/** What turns TLS on: Milvus 2.5 and later refuse to start with it while REST shares the gRPC port. */
export function tlsSettings(restPort: number): UserYamlSettings {
  return [
    [TLS_MODE, 1],
    [REST_PORT, restPort],
  ];
}

/** Settings as environment entries. */
export function entries(settings: UserYamlSettings): EnvEntry[] {
  return settings.map(([{ env }, value]) => ({ name: env, value: String(value) }));
}

/** The environment variables that are ours, whether they are set or taken out. */
function ownNames({ podCertificate }: MilvusTlsReleaseProps): string[] {
  const certificate = podCertificate?.kind === "secret" ? [SERVER_CERTIFICATE, SERVER_KEY] : [];
  return [TLS_MODE, REST_PORT, ...certificate].map(({ env }) => env);
}

/** The settings that may differ between a text that is given as `userYaml` and the release's. */
export function ownInFile({ podCertificate }: MilvusTlsReleaseProps): MilvusSetting[] {
  return [TLS_MODE, REST_PORT, ...(podCertificate ? [SERVER_CERTIFICATE, SERVER_KEY] : [])];
}

/**
 * A cluster's proxies have lists of their own; a standalone has the release's.
 *
 * @see https://github.com/zilliztech/milvus-helm/blob/milvus-5.0.19/charts/milvus/templates/standalone-deployment.yaml
 */
function volumes({ podCertificate, mode }: MilvusTlsReleaseProps, live: LiveMilvus) {
  if (podCertificate === undefined) {
    return {};
  }
  const lists = live.volumes.lists(podCertificate.globalVolumes ?? [], {
    name: CERTIFICATE_VOLUME,
    ...(podCertificate.kind === "secret"
      ? {
          volume: { name: CERTIFICATE_VOLUME, secret: { secretName: podCertificate.name } },
          mount: { name: CERTIFICATE_VOLUME, mountPath: CERTIFICATE_FOLDER, readOnly: true },
        }
      : {}),
  });
  return mode === "cluster" ? { ofComponent: { ...lists } } : { ofRelease: { ...lists } };
}
