import { type CauseId, diagnose } from "./diagnosis";
import type { Target } from "./target";
import type { HopReport, Walk } from "./walk";

/** What `--json` prints. */
export function toJson(target: Target, { passed, address, elapsedMs, hops }: Walk): object {
  return {
    passed,
    host: target.host,
    address,
    port: target.port,
    elapsedMs,
    hops: hops.map((report) => {
      const { hop, status, seen } = report;
      if (!("cause" in report)) {
        return { hop, status, seen };
      }
      const more = "more" in report && report.more ? { more: report.more.map((one) => explained(one, target)) } : {};
      return { hop, status, ...explained(report, target), ...more };
    }),
  };
}

function explained({ cause, seen }: { cause: CauseId; seen: string }, target: Target) {
  return { seen, cause, ...diagnose(cause, target) };
}

const LABELS = { passed: "ok", failed: "FAILED", warned: "warning", skipped: "-" } as const;
const INDENT = " ".repeat(22);

/** What is printed for people. */
export function toText(target: Target, walk: Walk): string {
  const at = walk.address ? ` at ${walk.address}` : "";
  return [
    `verify: ${target.host}:${target.port}${at}`,
    ...walk.hops.flatMap((report) => lines(report, target)),
    verdict(walk),
  ].join("\n");
}

function lines(report: HopReport, target: Target): string[] {
  const { hop, status, seen } = report;
  const line = `  ${LABELS[status].padEnd(8)} ${hop.padEnd(11)}`;
  const findings = "cause" in report ? [report, ...("more" in report ? (report.more ?? []) : [])] : [];
  return findings.length === 0
    ? [`${line}${seen}`]
    : findings.flatMap(({ cause, seen: what }, index) => {
        const { means, next } = diagnose(cause, target);
        return [
          `${index === 0 ? line : INDENT}${what}`,
          `${INDENT}cause: ${cause}`,
          `${INDENT}means: ${means}`,
          `${INDENT}next:  ${next}`,
        ];
      });
}

/** How it ended, in one line. */
export function verdict({ passed, hops, elapsedMs }: Walk): string {
  const seconds = `${(elapsedMs / 1000).toFixed(1)} s`;
  const broken = hops.find(({ status }) => status === "failed");
  const warnings = hops.filter(({ status }) => status === "warned").length;
  if (!passed && broken && "cause" in broken) {
    return `verify: failed at ${broken.hop}: ${broken.cause} (${seconds})`;
  }
  return `verify: passed${warnings === 0 ? "" : `, ${warnings} warning${warnings === 1 ? "" : "s"}`} (${seconds})`;
}
