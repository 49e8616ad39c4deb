// The frame of a publisher's own interaction (QTI 3 portable custom interaction): loads its modules (AMD), gives it what the standard
// promises, and speaks with the page by messages. It runs in an origin that is nobody's, where nothing can be fetched or sent.
import { type Json, type Said, fromJson, toJson } from "../web/script/pci";

interface Setup { type: string; module: string; properties: Record<string, string> | null; response: string; base: string; multiple: boolean }
interface Begin extends Said { pci: "begin"; state: string | null; status: string }
interface Instance { getResponse?(): Json | undefined; getState?(): string; oncompleted?(): void }
interface Interaction {
  typeIdentifier: string;
  getInstance?(dom: HTMLElement, configuration: object, state?: string): void;
}
type Factory = (...deps: unknown[]) => unknown;

const setup = JSON.parse(document.getElementById("host")!.dataset["setup"]!) as Setup;
const tell = (message: object): void => { parent.postMessage(message, "*"); }; // the page knows the frame by its window
const refuse = (need: string): void => { tell({ pci: "refused", need }); };

// What the policy stops, and what goes wrong, is told to the page: nothing fails in silence.
addEventListener("securitypolicyviolation", (e) => { refuse(e.blockedURI || e.effectiveDirective); });
addEventListener("error", (e) => { refuse(e.message); });
addEventListener("unhandledrejection", (e) => { refuse(String(e.reason)); });

// ── modules ──

const defined = new Map<string, { deps: string[]; factory: unknown; value?: unknown; loading?: boolean }>();
const registered: Interaction[] = [];
const context = { register: (i: Interaction): void => { registered.push(i); }, notifyReady: (): void => { /* of an earlier draft */ } };

function define(...args: unknown[]): void {
  const name = typeof args[0] === "string" ? (args.shift() as string) : (document.currentScript?.dataset["module"] ?? "");
  const deps = Array.isArray(args[0]) ? (args.shift() as string[]) : typeof args[0] === "function" && args[0].length > 0 ? ["require", "exports", "module"] : [];
  const given = { deps, factory: args[0] };
  defined.set(name, given);
  const file = document.currentScript?.dataset["module"];
  if (file && !defined.has(file)) defined.set(file, given); // a file is called as the package calls it, whatever it calls itself
}
define.amd = {};

function need(name: string): unknown {
  if (name === "qtiCustomInteractionContext") return context;
  const m = defined.get(name.replace(/^\.\//, "")) ?? defined.get(name);
  if (!m) throw new Error(name);
  if ("value" in m || m.loading) return m.value;
  m.loading = true;
  const module = { exports: {} as unknown };
  const value = typeof m.factory === "function"
    ? (m.factory as Factory)(...m.deps.map((d) => d === "require" ? need : d === "exports" ? module.exports : d === "module" ? module : need(d)))
    : m.factory;
  m.value = value ?? module.exports;
  return m.value;
}

function require(deps: string | string[], done?: Factory): unknown {
  if (typeof deps === "string") return need(deps);
  done?.(...deps.map(need));
  return undefined;
}
require.config = (): void => { /* modules are in the page */ };
Object.assign(globalThis, { define, require, requirejs: require });

// ── the interaction ──

let loaded = false;
let instance: Instance | null = null;
let said = "";

/** Tells the page what the interaction answers now, if it is something else than before. */
function answer(always = false): void {
  if (!instance) return;
  const read = fromJson(instance.getResponse?.() ?? { base: null });
  const state = instance.getState?.() ?? null;
  const text = JSON.stringify([read, state]);
  if (text === said && !always) return;
  said = text;
  tell({ pci: "response", ...read, state });
}

function begin(m: Begin): void {
  const found = registered.find((i) => i.typeIdentifier === setup.type) ?? registered[0];
  if (!found?.getInstance) return refuse("getInstance");
  const dom = document.getElementById("activity")!;
  // A property is called as its attribute, and as scripts call data- attributes: authors expect the one or the other.
  const properties = Object.fromEntries(Object.entries(setup.properties ?? {}).flatMap(([name, value]) =>
    [[name, value], [name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()), value]]));
  found.getInstance(dom, {
    properties, templateVariables: {}, contextVariables: {}, responseIdentifier: setup.response, status: m.status,
    boundTo: { [setup.response]: toJson(m, setup.base, setup.multiple) },
    onready: (made: Instance) => {
      instance = made;
      said = JSON.stringify([fromJson(made.getResponse?.() ?? { base: null }), made.getState?.() ?? null]);
      tell({ pci: "begun" });
      new ResizeObserver(() => { tell({ pci: "height", px: Math.ceil(document.documentElement.getBoundingClientRect().height) }); }).observe(document.documentElement);
    },
    ondone: () => { answer(); },
  }, m.state ?? undefined);
}

addEventListener("message", (event) => {
  if (event.source !== parent) return;
  const m = event.data as Begin | { pci: "ask" | "hello" };
  if (m.pci === "hello" && loaded && !instance) tell({ pci: "ready" });
  if (m.pci === "begin" && !instance) begin(m);
  if (m.pci === "ask") answer(true);
});
for (const name of ["input", "change", "click", "keyup", "pointerup", "interactionChanged", "qti-interaction-changed"]) addEventListener(name, () => { setTimeout(answer); });
setInterval(answer, 1000); // what changes by itself

Object.assign(globalThis, {
  activity: {
    start(): void {
      try {
        if (setup.module) need(setup.module);
        else for (const name of [...defined.keys()]) need(name);
        loaded = true;
        tell({ pci: "ready" });
      } catch (e) {
        refuse((e as Error).message);
      }
    },
  },
});
