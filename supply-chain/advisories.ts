import { Range, satisfies } from "semver";
import { z } from "zod";
import type { LockedPackage } from "./product";

const advisory = z.object({ title: z.string(), url: z.string(), severity: z.string(), range: z.string() });

/** Of npm's audit report, what is read here. A text in `via` names another package of the report, which has its own entry. */
const auditReport = z.object({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(
    z.string(),
    z.object({ name: z.string(), via: z.array(z.union([z.string(), advisory])), nodes: z.array(z.string()) }),
  ),
});

export type AuditReport = z.infer<typeof auditReport>;

const YEAR = 366 * 24 * 60 * 60 * 1000;

const allowedAdvisories = z.array(
  z
    .strictObject({
      advisory: z.string().regex(/^GHSA(-[0-9a-z]{4}){3}$/, "is no advisory's id, as GHSA-5j98-mcp5-4vw2"),
      package: z.string().min(1),
      why: z.string().min(20, "has to say why the advisory doesn't matter here"),
      reviewed: z.iso.date(),
      until: z.iso.date(),
    })
    .refine(({ reviewed, until }) => reviewed < until && Date.parse(until) - Date.parse(reviewed) <= YEAR, {
      path: ["until"],
      message: "has to be after 'reviewed', by a year at most",
    }),
);

export type AllowedAdvisory = z.infer<typeof allowedAdvisories>[number];

/** One advisory that a locked package is affected by. */
export interface Finding {
  readonly advisory: string;
  readonly package: string;
  readonly title: string;
  readonly severity: string;
  readonly url: string;
  readonly places: readonly Place[];
}

export interface Place {
  readonly path: string;
  readonly version: string;
  /** The first version without it; none where the advisory knows none. */
  readonly fixedIn?: string;
}

export interface Verdict {
  /** Findings that count, each with the review that ran out, if there was one. */
  readonly refused: readonly { finding: Finding; ranOut?: AllowedAdvisory }[];
  readonly allowed: readonly Finding[];
  /** Entries of the list that match no finding. */
  readonly unused: readonly AllowedAdvisory[];
}

/** The report in what npm printed; nothing if that is something else, as it is when the registry couldn't be asked. */
export function parseReport(text: string): AuditReport | undefined {
  try {
    return auditReport.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/** The reviewed list, or every reason why it can't be read. */
export function parseAllowed(content: unknown): AllowedAdvisory[] {
  const { data, error } = allowedAdvisories.safeParse(content ?? []);
  if (error) {
    throw new Error(z.prettifyError(error));
  }
  return data;
}

/** The report has an advisory once for each of its ranges. */
export function findingsOf(report: AuditReport, packages: readonly LockedPackage[]): Finding[] {
  return Object.values(report.vulnerabilities).flatMap(({ name, via, nodes }) => {
    const advisories = via.filter((cause) => typeof cause !== "string");
    const first = new Map(advisories.toReversed().map((each) => [each.url, each]));
    return [...first.values()].map(({ url, title, severity }) => ({
      advisory: url.split("/").at(-1) ?? url,
      package: name,
      title,
      severity,
      url,
      places: placesOf(
        advisories.filter((each) => each.url === url).map(({ range }) => range),
        nodes,
        packages,
      ),
    }));
  });
}

/** The nodes that the advisory is about; all of them where no version tells. */
function placesOf(ranges: readonly string[], nodes: readonly string[], packages: readonly LockedPackage[]): Place[] {
  const places = nodes.map((path) => {
    const version = packages.find((each) => each.path === path)?.version ?? "";
    const range = ranges.find((each) => satisfies(version, each, PRERELEASES));
    return { path, version, affected: range !== undefined, fixedIn: range && firstVersionAfter(range, version) };
  });
  const affected = places.filter((place) => place.affected);
  return (affected.length > 0 ? affected : places).map(({ path, version, fixedIn }) => ({ path, version, fixedIn }));
}

const PRERELEASES = { includePrerelease: true };

function firstVersionAfter(range: string, version: string): string | undefined {
  const part = new Range(range, PRERELEASES).set.find((comparators) => comparators.every((each) => each.test(version)));
  return part?.find(({ operator }) => operator === "<")?.semver.version.replace(/-0$/, "");
}

/** A review counts up to and with its last day. Days are written as in 2026-11-22. */
export function judge(findings: readonly Finding[], list: readonly AllowedAdvisory[], today: string): Verdict {
  const reviewOf = (finding: Finding) => list.find((entry) => matches(entry, finding));
  const isAllowed = (finding: Finding) => (reviewOf(finding)?.until ?? "") >= today;
  return {
    refused: findings.filter((each) => !isAllowed(each)).map((finding) => ({ finding, ranOut: reviewOf(finding) })),
    allowed: findings.filter(isAllowed),
    unused: list.filter((entry) => !findings.some((finding) => matches(entry, finding))),
  };
}

const matches = (entry: AllowedAdvisory, finding: Finding) =>
  entry.advisory === finding.advisory && entry.package === finding.package;
