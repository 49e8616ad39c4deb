// QTI's JSON for responses (QTI 3 PCI, "Appendix: JSON representation"), to and from our values.
type Scalar = string | number | boolean | [string | number, string | number] | null;
export interface Json { base?: Record<string, Scalar> | null; list?: Record<string, Scalar[]>; record?: unknown }

const said = (s: Scalar): string => Array.isArray(s) ? s.join(" ") : String(s);

/** The values of a response; null for a record, which has no place in a form. */
export function fromJson(json: Json): string[] | null {
  if (json.record) return null;
  const all = json.list ? Object.values(json.list).flat() : json.base ? Object.values(json.base) : [];
  return all.filter((s) => s !== null).map(said);
}

export function toJson(values: string[], base: string, multiple: boolean): Json {
  const type = base || "string";
  const one = (v: string): Scalar => {
    if (type === "integer" || type === "float") return Number(v);
    if (type === "boolean") return v === "true";
    if (type === "point") return v.split(" ").map(Number) as [number, number];
    if (type === "pair" || type === "directedPair") return v.split(" ") as [string, string];
    return v;
  };
  if (multiple) return { list: { [type]: values.map(one) } };
  return { base: values.length > 0 ? { [type]: one(values[0]!) } : null };
}
