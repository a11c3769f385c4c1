import { once } from "node:events";
import { existsSync } from "node:fs";
import { Api } from "./support/api";
import { namespacesOf } from "./support/clean-up";
import { RUN_LABEL } from "./support/controllers";
import { type Started, start } from "./support/start";
import { describeOnCluster, run } from "./support/tier";

/** A run of its own, which ends in each of the ways in which one can. */
describeOnCluster("nothing of a run is left behind", undefined, () => {
  test.each<{ end: string; by: (started: Started) => void }>([
    { end: "the tests end, whether they passed, failed or were killed", by: ({ attendant }) => attendant.stdin?.end() },
    { end: "somebody presses Ctrl-C", by: ({ attendant }) => attendant.kill("SIGINT") },
    { end: "the terminal is closed", by: ({ attendant }) => attendant.kill("SIGHUP") },
  ])("when $end", async ({ by }) => {
    const { target, socket } = run();
    const started = await start(target);
    const { name, folder } = started.run;
    const api = new Api(socket);
    const namespace = `${name}-left`;
    const metadata = { name: "stuck", finalizers: ["example.com/nobody-removes-it"] };
    await api.create("/api/v1/namespaces", { metadata: { name: namespace, labels: { [RUN_LABEL]: name } } });
    await api.create(`/api/v1/namespaces/${namespace}/configmaps`, { metadata });

    const exit = once(started.attendant, "exit");
    by(started);
    expect((await exit)[0]).toBe(0);
    expect(await namespacesOf(api, name)).toEqual([]);
    expect(existsSync(folder)).toBe(false);
  });
});
