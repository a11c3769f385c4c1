import { type AskedRight, checkPermissions } from "../../doctor/checks/permissions";
import type { Subject } from "../../doctor/subject";
import { aws, gcp, texts } from "./support";

const asked = ({ rights }: Subject, denied: string[] = []): AskedRight[] =>
  rights.map((right) => ({ right, allowed: { value: !denied.includes(`${right.verb} ${right.resource}`) } }));

test("a stack that adopts asks for what Helm needs", () => {
  expect(texts(checkPermissions(asked(gcp())))).toEqual([
    "ok plan: get, list services in default; list secrets in default; list, get deployments in default; list, get, create, patch " +
      "ingresses in default; get configmaps in default; list customresourcedefinitions; get, create, patch " +
      "frontendconfigs in default; get, create, patch backendconfigs in default",
    "ok deploy: get, create, update, patch secrets in default; patch deployments in default; patch, create services in " +
      "default; patch configmaps in default; list replicasets in default",
    "ok upgrade: get, patch statefulsets in default; get serviceaccounts in default; get jobs in default; get roles in " +
      "default; get rolebindings in default; get persistentvolumeclaims in default",
  ]);
});

test("a stack that leaves the release alone doesn't", () => {
  expect(texts(checkPermissions(asked(aws())))).toEqual([
    "ok plan: get services in default; get, create, patch ingresses in default; list customresourcedefinitions",
    "ok deploy: create, patch services in default",
  ]);
});

test("a namespace that is to be labelled is asked for, in no namespace", () => {
  expect(texts(checkPermissions(asked(aws({ podReadinessGate: true, rest: true }))))).toContain(
    "ok deploy: create, patch services in default; get, patch namespaces",
  );
});

test("a release in a stack of its own is asked for as well", () => {
  const rights = gcp({ release: { stack: "own" } }).rights.map(({ verb, resource }) => `${verb} ${resource}`);
  expect(rights).toEqual(
    expect.arrayContaining(["list secrets", "patch deployments.apps", "patch ingresses.networking.k8s.io"]),
  );
});

test("what is denied is named, with what stops at it", () => {
  const denied = [
    "list secrets",
    "create ingresses.networking.k8s.io",
    "patch ingresses.networking.k8s.io",
    "patch deployments.apps",
  ];
  expect(texts(checkPermissions(asked(gcp(), denied))).slice(0, 2)).toEqual([
    "problem plan: not allowed: list secrets in default; create, patch ingresses in default | means: a plan stops at it | " +
      "next: have these rights given to the account that kubectl logs in with, or deploy with another",
    "problem deploy: not allowed: patch deployments in default | means: a deploy stops at it, half-way perhaps | next: have " +
      "these rights given to the account that kubectl logs in with, or deploy with another",
  ]);
});

test("what Helm needs for objects that a release may not have is warned of", () => {
  expect(texts(checkPermissions(asked(gcp(), ["get serviceaccounts"])), "upgrade")).toEqual([
    "warning upgrade: not allowed: get serviceaccounts in default | means: Helm reads every object of a release: if this one " +
      "has such objects, its upgrade fails, and the rollback too | next: compare with 'helm get manifest', and have these " +
      "rights given to the account that kubectl logs in with, or deploy with another",
  ]);
});

test("what nobody answers is skipped", () => {
  const unanswered = aws().rights.map((right) => ({
    right,
    allowed: { unread: "no answer in time", late: true as const },
  }));
  expect(checkPermissions(unanswered)).toMatchObject([
    { check: "plan", state: "skipped", late: true },
    { check: "deploy", state: "skipped", late: true },
  ]);
});
