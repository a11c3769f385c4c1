import { wholeLife } from "./support/whole-life";

wholeLife("eks", undefined, ({ helms, charts }) => ({
  helm: helms.at(-1) ?? helms[0],
  chart: charts.at(-1) ?? charts[0],
  mode: "standalone",
  fullnameOverride: "a-name-of-forty-eight-characters-that-is-its-own",
}));
