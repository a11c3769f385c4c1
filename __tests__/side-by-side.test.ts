import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "..");

/** The rows of CONTRIBUTING's table of the two clouds, without its head. */
function rows(): { idea: string; GKE: string; EKS: string }[] {
  const text = readFileSync(join(ROOT, "CONTRIBUTING.md"), "utf8");
  const [, table = ""] = text.split("| idea | GKE | EKS |\n");
  return table
    .split("\n\n", 1)
    .join("")
    .split("\n")
    .slice(1)
    .map((line) => line.split("|").map((cell) => cell.trim()))
    .map(([, idea = "", GKE = "", EKS = ""]) => ({ idea, GKE, EKS }));
}

const inBackticks = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name);
const namesOf = (cloud: "GKE" | "EKS") => rows().flatMap((row) => inBackticks(row[cloud]));

/** What an entry of the package exports, types too. */
function exportsOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(/export (?:type )?\{([^}]*)\}/g)]
    .flatMap(([, names = ""]) => names.split(","))
    .map((name) => name.replace(/\btype\b/, "").trim())
    .filter(Boolean)
    .sort();
}

describe("the table of the two clouds in CONTRIBUTING", () => {
  test("has rows, and in each a name for both clouds or a dash", () => {
    expect(rows().length).toBeGreaterThan(10);
    for (const { GKE, EKS } of rows()) {
      expect([GKE, EKS].every((cell) => cell === "—" || inBackticks(cell).length === 1)).toBe(true);
    }
  });

  test.each(["GKE", "EKS"] as const)("names files of %s that are there", (cloud) => {
    const files = namesOf(cloud).filter((name) => name.includes("/"));
    expect(files.filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
  });

  test.each([
    ["GKE", "constructs/gke/index.ts"],
    ["EKS", "constructs/aws/index.ts"],
  ] as const)("names every public name of %s and no other", (cloud, file) => {
    const names = namesOf(cloud).filter((name) => !name.includes("/"));
    expect(names.sort()).toEqual(exportsOf(file));
  });

  test("names every file of the two clouds", () => {
    const { readdirSync } = require("node:fs");
    for (const [cloud, folder] of [
      ["GKE", "constructs/gke"],
      ["EKS", "constructs/aws"],
    ] as const) {
      const files = readdirSync(join(ROOT, folder)).map((file: string) => `${folder}/${file}`);
      expect(files.filter((file: string) => !namesOf(cloud).includes(file))).toEqual([]);
    }
  });
});
