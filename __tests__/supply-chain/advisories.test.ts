import { type AllowedAdvisory, findingsOf, judge, parseAllowed, parseReport } from "../../supply-chain/advisories";
import { linesOf, readAllowed } from "../../supply-chain/audit";
import type { LockedPackage } from "../../supply-chain/product";

const advisory = (id: string, name: string, range: string) => ({
  source: 1,
  name,
  dependency: name,
  title: `a hole in ${name}`,
  url: `https://github.com/advisories/${id}`,
  severity: "high",
  cwe: [],
  cvss: { score: 7, vectorString: null },
  range,
});

/** Two copies of glob, one of them fixed, and what depends on glob. */
const REPORT = {
  auditReportVersion: 2,
  vulnerabilities: {
    archiver: { name: "archiver", severity: "high", via: ["glob"], effects: [], nodes: ["node_modules/archiver"] },
    glob: {
      name: "glob",
      severity: "high",
      via: [
        advisory("GHSA-aaaa-bbbb-cccc", "glob", ">=11.0.0 <11.1.0"),
        advisory("GHSA-aaaa-bbbb-cccc", "glob", ">=10.2.0 <10.5.0"),
      ],
      effects: ["archiver"],
      nodes: ["node_modules/glob", "node_modules/cdktf/node_modules/glob"],
    },
    old: {
      name: "old",
      severity: "high",
      via: [advisory("GHSA-dddd-eeee-ffff", "old", "<=1.0.0")],
      effects: [],
      nodes: ["node_modules/old"],
    },
  },
  metadata: { vulnerabilities: { high: 3, total: 3 } },
};
const PACKAGES: LockedPackage[] = [
  { name: "glob", version: "10.5.0", path: "node_modules/glob", peer: false },
  { name: "glob", version: "10.4.5", path: "node_modules/cdktf/node_modules/glob", peer: true },
  { name: "old", version: "1.0.0", path: "node_modules/old", peer: false },
];
const findings = findingsOf(parseReport(JSON.stringify(REPORT)) ?? raise(), PACKAGES);

function raise(): never {
  throw new Error("the report isn't read");
}

const entry: AllowedAdvisory = {
  advisory: "GHSA-aaaa-bbbb-cccc",
  package: "glob",
  why: "nothing here runs its command line",
  reviewed: "2026-11-01",
  until: "2027-05-01",
};

describe("a finding", () => {
  test("is an advisory, once, with the copies that it is about", () => {
    expect(findings.map(({ advisory: id, package: name, places }) => [id, name, places])).toEqual([
      [
        "GHSA-aaaa-bbbb-cccc",
        "glob",
        [{ path: "node_modules/cdktf/node_modules/glob", version: "10.4.5", fixedIn: "10.5.0" }],
      ],
      ["GHSA-dddd-eeee-ffff", "old", [{ path: "node_modules/old", version: "1.0.0", fixedIn: undefined }]],
    ]);
  });

  test("isn't lost where the version of a copy is unknown", () => {
    const [glob] = findingsOf(parseReport(JSON.stringify(REPORT)) ?? raise(), []);
    expect(glob?.places.map(({ path }) => path)).toEqual(REPORT.vulnerabilities.glob.nodes);
  });
});

test.each([
  "",
  "{}",
  '{"message":"405"}',
  '{"auditReportVersion":1,"vulnerabilities":{}}',
  '{"error":{"code":"ENOLOCK"}}',
])("what is no report of version 2 isn't taken for an empty one: %s", (text) => {
  expect(parseReport(text)).toBeUndefined();
});

describe("the list", () => {
  const verdict = (list: AllowedAdvisory[], today = "2026-11-22") => {
    const { refused, allowed, unused } = judge(findings, list, today);
    return [refused.map(({ finding }) => finding.package), allowed.map((each) => each.package), unused];
  };

  test("allows what it names, and nothing else", () => {
    expect(verdict([entry])).toEqual([["old"], ["glob"], []]);
  });

  test("allows an advisory for its package alone", () => {
    const other = { ...entry, package: "old" };
    expect(verdict([other])).toEqual([["glob", "old"], [], [other]]);
  });

  test("counts until its last day", () => {
    expect(verdict([entry], "2027-05-01")).toEqual([["old"], ["glob"], []]);
    expect(verdict([entry], "2027-05-02")).toEqual([["glob", "old"], [], []]);
  });

  test.each([
    [{ advisory: "CVE-2025-64756" }, "is no advisory's id"],
    [{ why: "fine" }, "has to say why"],
    [{ until: "soon" }, "Invalid ISO date"],
    [{ until: "2026-10-31" }, "after 'reviewed'"],
    [{ until: "2027-11-03" }, "by a year at most"],
    [{ note: "x" }, "note"],
  ])("isn't read with %j", (change, message) => {
    expect(() => parseAllowed([{ ...entry, ...change }])).toThrow(message);
  });

  test("may be empty", () => {
    expect(parseAllowed(null)).toEqual([]);
  });

  test("of this project can be read, and has no entry twice", () => {
    const ids = readAllowed().map((each) => `${each.advisory} ${each.package}`);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

test("a report says what, where, how bad, since when it is mended and what to do", () => {
  const unused = { ...entry, advisory: "GHSA-gggg-hhhh-jjjj", package: "lodash" };
  expect(linesOf(judge(findings, [entry, unused], "2027-06-01"), 3).join("\n")).toBe(
    `audit: refused: glob, high: a hole in glob
  at node_modules/cdktf/node_modules/glob, version 10.4.5, fixed in 10.5.0
  https://github.com/advisories/GHSA-aaaa-bbbb-cccc
  the review of 2026-11-01 ran out on 2027-05-01: nothing here runs its command line
  do: update it, or what brings it ('npm explain glob'); where it doesn't matter, say why in supply-chain/allowed-advisories.yaml
audit: refused: old, high: a hole in old
  at node_modules/old, version 1.0.0, no version without it is known
  https://github.com/advisories/GHSA-dddd-eeee-ffff
  do: update it, or what brings it ('npm explain old'); where it doesn't matter, say why in supply-chain/allowed-advisories.yaml
audit: found no more: GHSA-gggg-hhhh-jjjj of lodash: take it off supply-chain/allowed-advisories.yaml
audit: 2 refused in 3 packages, 0 allowed by supply-chain/allowed-advisories.yaml`,
  );
});
