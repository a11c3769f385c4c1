import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { everySettingIn } from "../__tests__/config/every-setting";
import { loadConfig } from "../config/load";
import { plannedObjects, synthesised, type TerraformJson } from "../doctor/planned";
import { neededRights } from "../doctor/rights";
import { stackOf } from "../stacks/catalog";
import { cloudTypes } from "./cloud-rights";
import type { Needed } from "./files";

/** What the stacks of config files with every setting need, on each cloud: nothing that a stack can make is missing. */
export async function neededByEveryStack(): Promise<Needed[]> {
  const folder = mkdtempSync(join(tmpdir(), "milvus-l7-access-"));
  try {
    const stacks: Record<Needed["cloud"], TerraformJson[]> = { gcp: [], aws: [] };
    for (const settings of Object.values(await everySettingIn(folder))) {
      const file = join(folder, "milvus-l7.yaml");
      writeFileSync(file, stringify(settings));
      for (const { id, config } of loadConfig(file, stackOf)) {
        stacks[config.cloud].push(...synthesised(id, config));
        if (config.cloud === "gcp") {
          // An address of either kind, reserved here or there already.
          stacks.gcp.push(...synthesised(id, { ...config, address: undefined }));
          stacks.gcp.push(...synthesised(id, { ...config, address: { kind: "existing", name: "the-address" } }));
        }
      }
    }
    return (["gcp", "aws"] as const).map((cloud) => neededBy(cloud, stacks[cloud]));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function neededBy(cloud: Needed["cloud"], stacks: readonly TerraformJson[]): Needed {
  const kinds = plannedObjects(stacks).map(({ resource }) => resource);
  return {
    cloud,
    rights: neededRights(stacks),
    removable: [...new Set(kinds)].filter((resource) => resource !== "ingresses.networking.k8s.io").sort(),
    types: cloudTypes(cloud, stacks),
  };
}
