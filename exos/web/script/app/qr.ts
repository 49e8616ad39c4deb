// A QR code as one path: a unit square for each dark module, black on white in every theme, as internal/look draws it, but with the least
// correction: a screen is clean, and fewer modules are larger ones.
import { encode } from "../vendor/uqr/index.mjs";

const quiet = 4; // the white edge that readers need (ISO/IEC 18004 §5.3.8)

export function qr(text: string, name: string): SVGElement {
  const { data, size } = encode(text, { ecc: "L", boostEcc: false, border: quiet });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => dark ? [`M${x} ${y}h1v1h-1z`] : [])).join("");
  const svg = (tag: string, attributes: Record<string, string>): SVGElement => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const out = svg("svg", { class: "qr", role: "img", "aria-label": name, viewBox: `0 0 ${size} ${size}`, "shape-rendering": "crispEdges" });
  out.append(svg("path", { fill: "#fff", d: `M0 0h${size}v${size}H0z` }), svg("path", { fill: "#000", d: path }));
  return out;
}
