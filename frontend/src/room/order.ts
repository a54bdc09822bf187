// Who stands where: order, pages, hands. Decisions only.
import type { Participant } from "./protocol.gen";

export interface Standing {
  readonly participants: ReadonlyMap<string, Participant>;
  readonly own: string;
  readonly speaking: ReadonlySet<string>;
  readonly lastSpoke: ReadonlyMap<string, number>;
  readonly pinned: string; // participant id or ""
  readonly presenters: readonly string[];
  readonly hideSelf: boolean;
}

/** Participants in order of joining, the pinned one first, oneself last but on the first page. */
export function gridOrder(at: Standing): string[] {
  const ids = [...at.participants.keys()].filter((id) => !(at.hideSelf && id === at.own && at.participants.size > 1));
  const pinned = ids.filter((id) => id === at.pinned);
  return [...pinned, ...ids.filter((id) => id !== at.pinned)];
}

/** Beside a share or a speaker: presenter, speaker, then by last speech, then by joining. */
export function stripOrder(at: Standing): string[] {
  const ids = gridOrder({ ...at, pinned: "" });
  const place = new Map(ids.map((id, index) => [id, index]));
  const rank = (id: string): readonly number[] => [
    at.presenters.includes(id) ? 0 : 1,
    at.speaking.has(id) ? 0 : 1,
    -(at.lastSpoke.get(id) ?? 0),
    place.get(id) ?? 0,
  ];
  return ids.sort((a, b) => compare(rank(a), rank(b)));
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let i = 0; i < a.length; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

export interface Page {
  readonly ids: readonly string[];
  readonly index: number;
  readonly count: number;
}

/**
 * Page `index` (clamped) of `order`. Whoever speaks but stands on another page takes the place of the
 * one on this page who has been silent longest; speakers of the page itself keep their place.
 */
export function page(
  order: readonly string[],
  perPage: number,
  index: number,
  at: Pick<Standing, "speaking" | "lastSpoke" | "own" | "pinned">,
): Page {
  const count = Math.max(1, Math.ceil(order.length / perPage));
  const here = Math.min(Math.max(0, index), count - 1);
  const ids = order.slice(here * perPage, (here + 1) * perPage);
  const visitors = order.filter((id) => at.speaking.has(id) && !ids.includes(id));
  for (const visitor of visitors) {
    const quiet = ids
      .map((id, place) => ({ id, place, spoke: at.lastSpoke.get(id) ?? 0 }))
      .filter(({ id }) => !at.speaking.has(id) && id !== at.own && id !== at.pinned)
      .sort((a, b) => a.spoke - b.spoke || b.place - a.place)[0];
    if (quiet) ids[quiet.place] = visitor;
    else if (ids.length < perPage) ids.push(visitor);
  }
  return { ids, index: here, count };
}

/** Raised hands, first raised first: participant id → place in the queue from 1. */
export function hands(participants: ReadonlyMap<string, Participant>): Map<string, number> {
  const raised = [...participants.values()].filter((p) => p.hand_at_ms !== null);
  raised.sort((a, b) => (a.hand_at_ms ?? 0) - (b.hand_at_ms ?? 0));
  return new Map(raised.map((p, index) => [p.id, index + 1]));
}

const RANK = { host: 0, cohost: 1, participant: 2 } as const;

/** The people list: hands in order, then hosts, then by name in the reader's own order. */
export function peopleOrder(participants: ReadonlyMap<string, Participant>, language: string): Participant[] {
  const queue = hands(participants);
  const names = new Intl.Collator(language);
  return [...participants.values()].sort(
    (a, b) => (queue.get(a.id) ?? 1e9) - (queue.get(b.id) ?? 1e9) || RANK[a.role] - RANK[b.role] || names.compare(a.name, b.name),
  );
}
