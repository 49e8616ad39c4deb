// QTI's JSON for responses (QTI 3 PCI, "JSON representation of response values"), to and from an answer of ours.
type Scalar = string | number | boolean | [string | number, string | number] | null;
interface Field { name: string; base?: Record<string, Scalar> | null }
export interface Json { base?: Record<string, Scalar> | null; list?: Record<string, Scalar[]>; record?: Field[] }
export interface Said { values: string[]; fields: { name: string; value: string }[] }

const said = (s: Scalar): string => Array.isArray(s) ? s.join(" ") : String(s);
const of = (base: Record<string, Scalar> | null | undefined): string[] => Object.values(base ?? {}).filter((s) => s !== null).map(said);

export function fromJson(json: Json): Said {
  const fields = (json.record ?? []).flatMap(({ name, base }) => of(base).map((value) => ({ name, value })));
  const values = json.list ? Object.values(json.list).flat().filter((s) => s !== null).map(said) : of(json.base);
  return { values, fields };
}

function typed(v: string, type: string): Scalar {
  if (type === "integer" || type === "float") return Number(v);
  if (type === "boolean") return v === "true";
  if (type === "point") return v.split(" ").map(Number) as [number, number];
  if (type === "pair" || type === "directedPair") return v.split(" ") as [string, string];
  return v;
}

export function toJson(answer: Said, base: string, multiple: boolean): Json {
  const type = base || "string";
  if (answer.fields.length > 0) {
    return { record: answer.fields.map(({ name, value }) => {
      const kind = value.trim() !== "" && Number.isFinite(Number(value)) ? (Number.isInteger(Number(value)) ? "integer" : "float") : "string";
      return { name, base: { [kind]: typed(value, kind) } };
    }) };
  }
  if (multiple) return { list: { [type]: answer.values.map((v) => typed(v, type)) } };
  return { base: answer.values.length > 0 ? { [type]: typed(answer.values[0]!, type) } : null };
}
