// Text of the chat, cut into plain pieces and links. Only http(s) becomes a link.

export interface Piece {
  readonly text: string;
  readonly href: string | null;
}

const ADDRESS = /https?:\/\/[^\s<>"'，。；：！？、（）《》【】“”]+/giu;

/** Trailing marks belong to the sentence; a closing bracket only to the address when it opened there. */
function trimmed(address: string): string {
  let text = address.replace(/[.,;:!?]+$/u, "");
  while (text.endsWith(")") && (text.match(/\(/g)?.length ?? 0) < (text.match(/\)/g)?.length ?? 0))
    text = text.slice(0, -1).replace(/[.,;:!?]+$/u, "");
  return text;
}

export function pieces(text: string): Piece[] {
  const out: Piece[] = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    if (!URL.canParse(address)) continue;
    if (match.index > from) out.push({ text: text.slice(from, match.index), href: null });
    out.push({ text: address, href: address });
    from = match.index + address.length;
  }
  if (from < text.length) out.push({ text: text.slice(from), href: null });
  return out;
}
