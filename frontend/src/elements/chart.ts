// <stoa-chart label="…" values='[["2026-03", 12], …]'>: a line over time. The figures stand in a table beside it; the picture is
// for the eye alone. uPlot draws on a canvas and styles by script, as the Content-Security-Policy allows; colours are the site's own.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";

const HEIGHT = 208;
const ONE_LABEL_EACH_PX = 72;

export class StoaChart extends HTMLElement {
  private plot: uPlot | null = null;
  private readonly watched = new ResizeObserver(() => this.plot?.setSize({ width: this.clientWidth, height: HEIGHT }));
  private readonly scheme = matchMedia("(prefers-color-scheme: dark)");
  private readonly draw = (): void => {
    this.plot?.destroy();
    const points = JSON.parse(this.getAttribute("values") ?? "[]") as [string, number][];
    const colour = (name: string): string => getComputedStyle(this).getPropertyValue(name).trim();
    const axis = { stroke: colour("--ink-2"), font: `13px ${getComputedStyle(this).fontFamily}`, ticks: { show: false } };
    const months = points.map((_, at) => at);
    this.plot = new uPlot(
      {
        width: this.clientWidth,
        height: HEIGHT,
        legend: { show: false },
        cursor: { show: false },
        scales: { x: { time: false }, y: { range: (_plot, _low, high) => [0, Math.max(1, high * 1.1)] } },
        axes: [
          {
            ...axis,
            grid: { show: false },
            splits: () => months.filter((at) => at % Math.ceil((months.length * ONE_LABEL_EACH_PX) / Math.max(this.clientWidth, 1)) === 0),
            values: (_plot, places) => places.map((at) => points[at]?.[0] ?? ""),
          },
          { ...axis, grid: { stroke: colour("--line"), width: 1 }, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000] },
        ],
        series: [{}, { stroke: colour("--chart-1"), fill: `${colour("--chart-1")}1f`, width: 2.5, points: { show: true, size: 7, fill: colour("--chart-1") } }],
      },
      [months, points.map(([, value]) => value)],
      this,
    );
  };

  connectedCallback(): void {
    if (!this.getAttribute("values") || this.plot) return;
    this.setAttribute("role", "img");
    this.setAttribute("aria-label", this.getAttribute("label") ?? "");
    this.draw();
    this.watched.observe(this);
    this.scheme.addEventListener("change", this.draw);
  }

  disconnectedCallback(): void {
    this.watched.disconnect();
    this.scheme.removeEventListener("change", this.draw);
    this.plot?.destroy();
    this.plot = null;
  }
}

customElements.define("stoa-chart", StoaChart);
