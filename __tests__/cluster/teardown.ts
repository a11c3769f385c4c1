import { once } from "node:events";

/** Waits until all is removed. */
export default async function teardown(): Promise<void> {
  const attendant = globalThis.clusterAttendant;
  if (attendant === undefined) {
    return;
  }
  if (attendant.exitCode === null) {
    const exit = once(attendant, "exit");
    attendant.stdin?.end();
    await exit;
  }
  if (attendant.exitCode !== 0) {
    throw new Error("the tier has left something behind, see above");
  }
}
