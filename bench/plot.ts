import { init } from "echarts";
import { COUNTS, type ManyStacks } from "./many-stacks";

/** Time and memory of a synthesis by the number of its stacks, as an SVG. Both axes are logarithmic. */
export function plotOf({ ours, bare }: Pick<ManyStacks, "ours" | "bare">): string {
  const chart = init(null, null, { renderer: "svg", ssr: true, width: 860, height: 380 });
  const panels = [
    { title: "seconds", of: "seconds" },
    { title: "peak memory, MB", of: "megabytes" },
  ] as const;
  const lines = [
    { name: "this project, from the config file", color: "#1f6feb", type: "solid" as const, runs: ours },
    { name: "bare resources", color: "#8a5a00", type: "dashed" as const, runs: bare },
  ];
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    legend: { top: 8, itemGap: 60, data: lines.map(({ name }) => name) },
    title: panels.map(({ title }, index) => ({
      text: title,
      left: index === 0 ? "8%" : "57%",
      top: 38,
      textStyle: { fontSize: 13, fontWeight: "normal" },
    })),
    grid: [
      { left: "8%", width: "38%", top: 70, bottom: 55 },
      { left: "57%", width: "38%", top: 70, bottom: 55 },
    ],
    xAxis: panels.map((_, gridIndex) => ({
      gridIndex,
      type: "log",
      name: "stacks in one synthesis",
      nameLocation: "middle",
      nameGap: 30,
    })),
    yAxis: panels.map((_, gridIndex) => ({ gridIndex, type: "log" })),
    series: panels.flatMap(({ of }, index) =>
      lines.map(({ name, color, type, runs }) => ({
        name,
        type: "line" as const,
        xAxisIndex: index,
        yAxisIndex: index,
        data: COUNTS.map((count, place) => [count, runs[place]?.[of] ?? "-"]),
        itemStyle: { color },
        lineStyle: { color, type },
        symbolSize: 7,
      })),
    ),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}
