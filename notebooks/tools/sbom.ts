/**
 * Prints a software bill of materials: every package that deno.lock pins, with its checksum, and its
 * licence where Deno has the package in its cache, as CycloneDX 1.6 JSON. Needs no network.
 *
 *     deno task sbom > sbom.json
 */

import "gradnets/cli/require_deno.ts";
import { join } from "node:path";
import { Command } from "commander";
import { given } from "gradnets/cli/options.ts";
import { inSentences, ROOT } from "./notebook.ts";

/** The part of deno.lock (version 5) that this reads. */
interface Lock {
  readonly npm: Readonly<Record<string, { readonly integrity: string }>>;
}

/** A package of an SBOM. */
export interface Component {
  readonly type: "library";
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes: readonly { readonly alg: "SHA-512"; readonly content: string }[];
  readonly licenses?: readonly (
    | { readonly expression: string }
    | { readonly license: { readonly name: string } }
  )[];
}

/** Lists the packages of a lock file, sorted as there. */
export function components({ npm }: Lock): Component[] {
  const found = new Map<string, Component>();
  for (const [key, { integrity }] of Object.entries(npm)) {
    // "@scope/name@1.2.3_peer@4.5.6": the version ends where its peers begin
    const [, name = "", version = ""] = /^(@?[^@]+)@([^_]+)/.exec(key) ?? [];
    const content = Uint8Array.fromBase64(integrity.replace("sha512-", "")).toHex();
    found.set(`${name}@${version}`, {
      type: "library",
      name,
      version,
      purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
      hashes: [{ alg: "SHA-512", content }],
    });
  }
  return [...found.values()];
}

/** Reads a package's licence from Deno's cache; leaves it out of a package that is not there. */
async function withLicence(component: Component, cache: string): Promise<Component> {
  const path = join(cache, "registry.npmjs.org", component.name, component.version);
  try {
    const { license } = JSON.parse(await Deno.readTextFile(join(path, "package.json")));
    if (typeof license !== "string") return component;
    const isText = license.startsWith("SEE LICENSE"); // npm's words, not SPDX's
    const found = isText ? { license: { name: license } } : { expression: license };
    return { ...component, licenses: [found] };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return component;
    throw error;
  }
}

/** Finds where Deno keeps the packages that it has downloaded. */
async function npmCache(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).npmCache;
}

if (import.meta.main) {
  new Command("deno task sbom").description("Lists all packages, as CycloneDX JSON.")
    .parse(given(Deno.args), { from: "user" });
  await inSentences(async () => {
    const read = async (name: string) => JSON.parse(await Deno.readTextFile(join(ROOT, name)));
    const { name, version, license } = await read("deno.json");
    const cache = await npmCache(), listed: Component[] = [];
    for (const component of components(await read("deno.lock"))) {
      listed.push(await withLicence(component, cache));
    }
    console.log(JSON.stringify(
      {
        bomFormat: "CycloneDX",
        specVersion: "1.6",
        version: 1,
        metadata: {
          component: { type: "library", name, version, licenses: [{ expression: license }] },
        },
        components: listed,
      },
      null,
      2,
    ));
  });
}
