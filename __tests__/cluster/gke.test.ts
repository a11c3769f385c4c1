import { noGoogle } from "./support/tier";
import { wholeLife } from "./support/whole-life";

wholeLife("gke", noGoogle(), ({ helms, charts }) => ({
  helm: helms[0],
  chart: charts[0],
  mode: "cluster",
}));
