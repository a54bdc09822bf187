// <stoa-chart label="…" values='[["2026-03", 12], …]'>: a line over time. The figures stand in a table beside it; the picture is
// for the eye alone, drawn as SVG by Chartist and coloured by the site's own style sheet.
import { LineChart } from "chartist";

export class StoaChart extends HTMLElement {
  connectedCallback(): void {
    const points = JSON.parse(this.getAttribute("values") ?? "[]") as [string, number][];
    if (!points.length || this.firstElementChild) return;
    this.setAttribute("role", "img");
    this.setAttribute("aria-label", this.getAttribute("label") ?? "");
    new LineChart(
      this,
      { labels: points.map(([name]) => name), series: [points.map(([, value]) => value)] },
      {
        low: 0,
        showArea: true,
        fullWidth: true,
        lineSmooth: false,
        chartPadding: { top: 12, right: 28, bottom: 4, left: 0 },
        axisX: { showGrid: false },
        axisY: { onlyInteger: true },
      },
      [["(max-width: 600px)", { axisX: { showGrid: false, labelInterpolationFnc: (name, at) => (at % 3 === 0 ? name : null) } }]],
    );
  }
}

customElements.define("stoa-chart", StoaChart);
