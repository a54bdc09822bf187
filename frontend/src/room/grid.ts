// Where tiles go: decisions only, no DOM.

export interface Fit {
  readonly cols: number;
  readonly rows: number;
  readonly width_px: number;
  readonly height_px: number;
}

export const GAP_PX = 8;
export const PER_PAGE = { desktop: 16, phone: 6 } as const;
const WIDEST = 16 / 9; // never wider than a camera
const EMPTY_CELL_COST = 0.06;

/** The columns whose tiles are largest in a box of `width_px` × `height_px`. Zero tiles or no box: nothing to show. */
export function fit(count: number, width_px: number, height_px: number, gap_px: number = GAP_PX): Fit {
  let best: Fit = { cols: 1, rows: 1, width_px: 0, height_px: 0 };
  let bestScore = 0;
  const narrowest = height_px > width_px ? 4 / 5 : 1; // never narrower than a face needs
  for (let cols = 1; cols <= count; cols++) {
    const rows = Math.ceil(count / cols);
    const cellWidth = (width_px - gap_px * (cols - 1)) / cols;
    const cellHeight = (height_px - gap_px * (rows - 1)) / rows;
    if (cellWidth <= 0 || cellHeight <= 0) continue;
    const ratio = Math.min(Math.max(cellWidth / cellHeight, narrowest), WIDEST);
    const width = Math.min(cellWidth, cellHeight * ratio);
    const height = width / ratio;
    const score = width * height * (1 - EMPTY_CELL_COST * (cols * rows - count));
    if (score > bestScore) {
      bestScore = score;
      best = { cols, rows, width_px: Math.floor(width), height_px: Math.floor(height) };
    }
  }
  return best;
}

/** How tall a camera's picture must be, in device pixels, to fill a tile without being blurred. Rounded up to 16. */
export function wantedHeight(width_px: number, height_px: number, ratio: number, cover: boolean): number {
  if (width_px <= 0 || height_px <= 0) return 0;
  const needed = cover ? Math.max(height_px, width_px / WIDEST) : height_px;
  return Math.ceil((needed * ratio) / 16) * 16;
}
