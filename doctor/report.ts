import type { Finding, FindingState } from "./finding";
import { shortened } from "./programs";
import type { Subject } from "./subject";

/** 0 no problem, 1 a problem, 3 no time for everything. */
export function exitStatus(findings: readonly Finding[]): 0 | 1 | 3 {
  if (findings.some(({ state }) => state === "problem")) {
    return 1;
  }
  return findings.some(({ late }) => late) ? 3 : 0;
}

/** Texts come from files, clusters and programs: no one's escape sequences reach the terminal. */
export function textReport(subject: Pick<Subject, "id" | "config">, findings: readonly Finding[]): string {
  const groups = [...new Set(findings.map(({ group }) => group))];
  return [
    `doctor: ${subject.id}, release ${subject.config.release.namespace}/${subject.config.release.releaseName}`,
    ...groups.flatMap((group) => [
      "",
      group,
      ...findings.filter((finding) => finding.group === group).flatMap(findingLines),
    ]),
    "",
    `doctor: ${summary(findings)}`,
  ].join("\n");
}

function findingLines({ state, check, seen, means, next }: Finding): string[] {
  return [
    `  ${state.padEnd(8)} ${check}: ${line(seen)}`,
    ...(means ? [`           means: ${line(means)}`] : []),
    ...(next ? [`           next: ${line(next)}`] : []),
  ];
}

const LONGEST_LINE = 2000;

function line(text: string): string {
  return shortened(text, LONGEST_LINE);
}

const STATES: readonly FindingState[] = ["problem", "warning", "skipped", "ok"];

function summary(findings: readonly Finding[]): string {
  const counts = STATES.map((state) => {
    const count = findings.filter((finding) => finding.state === state).length;
    return `${count} ${state}${count !== 1 && ["problem", "warning"].includes(state) ? "s" : ""}`;
  });
  const late = exitStatus(findings) === 3 ? ". The time ran out before everything was looked at: --timeout" : "";
  return counts.join(", ") + late;
}

/** For a program to read. */
export function jsonReport(subject: Pick<Subject, "id" | "config">, findings: readonly Finding[]): string {
  const count = (state: FindingState) => findings.filter((finding) => finding.state === state).length;
  return JSON.stringify(
    {
      stack: subject.id,
      status: exitStatus(findings),
      summary: Object.fromEntries(STATES.map((state) => [state, count(state)])),
      findings: findings.map(({ group, check, state, seen, means, next, late }) => ({
        group,
        check,
        state,
        seen: line(seen),
        ...(means ? { means: line(means) } : {}),
        ...(next ? { next: line(next) } : {}),
        ...(late ? { late } : {}),
      })),
    },
    undefined,
    2,
  );
}
