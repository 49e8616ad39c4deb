// Records as text. JSON has no bytes: they are {"bytes": base64}.
import { base64, from64 } from "./key";

export const written = (value: unknown): string => JSON.stringify(value, (_, v: unknown) => v instanceof Uint8Array ? { bytes: base64(v) } : v);

export const readBack = (text: string): unknown => JSON.parse(text, (_, v: unknown) =>
  v && typeof v === "object" && Object.keys(v).join() === "bytes" ? from64((v as { bytes: string }).bytes) : v);
