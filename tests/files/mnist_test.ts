/**
 * Data sets found, downloaded and stood in for. What is known of the real MNIST comes from its
 * page (first labels, counts) and from what everybody normalises it with (mean .1307, std .3081).
 */
import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertLess,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
} from "@std/assert";
import { existsSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { splitImages } from "gradnets/data/batches.ts";
import { MNIST_FILES, shownPath } from "gradnets/files/roles.ts";
import { readIdxBytes } from "gradnets/files/idx_file.ts";
import { type Idx, writeIdx } from "gradnets/data/idx.ts";
import { loadDataset, type LoadOptions } from "gradnets/files/mnist.ts";
import { body, namesIn, withDir, withMirror, withSilence } from "../helpers/mirror.ts";

const NAMES = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
] as const;

/** Four small files: five training images and two test images of 1×2 pixels. */
const MINE = {
  trainImages: {
    type: "uint8",
    shape: [5, 1, 2],
    data: Uint8Array.from({ length: 10 }, (_, i) => i),
  },
  trainLabels: { type: "uint8", shape: [5], data: new Uint8Array([1, 2, 0, 3, 0]) },
  testImages: { type: "uint8", shape: [2, 1, 2], data: new Uint8Array([60, 61, 70, 71]) },
  testLabels: { type: "uint8", shape: [2], data: new Uint8Array([3, 0]) },
} as const;

/** What {@linkcode MINE} is in files, in the order of {@linkcode NAMES}. */
const FILES = Object.values(MINE).map((idx: Idx) => writeIdx(idx));

async function writeMine(dir: string, nameOf: (name: string, i: number) => string = (n) => n) {
  await Deno.mkdir(dir, { recursive: true });
  for (const [i, file] of FILES.entries()) {
    const name = nameOf(NAMES[i]!, i);
    await Deno.writeFile(`${dir}/${name}`, name.endsWith(".gz") ? gzipSync(file) : file);
  }
}

const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** How a directory of a test is called: a clone under /tmp has them beside it. */
const shown = (dir: string) => shownPath(ROOT, dir, dir);

const QUICK = { firstByte: 2000, stall: 2000, file: 4000, pause: 1 };

/** Never the real data/, never the network, digits that are quick to draw; `said` is the log. */
function quiet(home: string, options: LoadOptions = {}) {
  const said: string[] = [];
  const seeds: unknown[] = [];
  const load = () =>
    loadDataset({
      home,
      log: (line) => said.push(line),
      draw: (how) => {
        seeds.push(how?.seed);
        return MINE;
      },
      validation: 2,
      download: false,
      ...options,
      network: {
        limits: QUICK,
        progress: () => () => {},
        ...options.network,
      },
    });
  return { load, said, seeds };
}

const SPELLINGS: { name: string; nameOf: (name: string, i: number) => string }[] = [
  { name: "raw", nameOf: (name) => name },
  { name: ".gz", nameOf: (name) => `${name}.gz` },
  { name: "with a dot", nameOf: (name) => name.replace("-idx", ".idx") },
  { name: "with a dot, .gz", nameOf: (name) => name.replace("-idx", ".idx") + ".gz" },
  { name: "mixed", nameOf: (name, i) => i % 2 === 0 ? name : `${name}.gz` },
];

for (const { name, nameOf } of SPELLINGS) {
  Deno.test(`loadDataset() reads any four files, ${name}, and says they are not MNIST`, async () => {
    await withDir(async (temp) => {
      const dir = `${temp}/fashion`;
      await writeMine(dir, nameOf);
      const { load, said, seeds } = quiet(temp, { dir });
      const data = await load();
      assertEquals([data.name, data.source], ["fashion", shown(dir)]);
      assertEquals([data.train.count, data.validation.count, data.test.count], [3, 2, 2]);
      assertEquals(data.train.images, new Uint8Array([4, 5, 6, 7, 8, 9]));
      assertEquals([data.height, data.width, data.inputs, data.classes], [1, 2, 2, 4]);
      assertEquals(said.length, 5, said.join("\n"));
      for (const [i, file] of NAMES.entries()) { // in the original's order and word
        const word = nameOf(file, i).endsWith(".gz") ? "Extracting" : "Reading";
        assertEquals(said[i], `${word} ${shown(dir)}/${nameOf(file, i)}`);
      }
      assertStringIncludes(said[4]!, `${shown(dir)}/ is not MNIST`);
      assertStringIncludes(said[4]!, `Read as "fashion"`);
      assertEquals(seeds, []);
    });
  });
}

Deno.test("loadDataset() lets nothing else go by the name of MNIST", async () => {
  await withDir(async (temp) => {
    for (const name of ["mnist", "MNIST"]) {
      await writeMine(`${temp}/${name}`);
      const data = await quiet(temp, { dir: `${temp}/${name}` }).load();
      assertEquals(data.name, `${name} (not the known files)`);
    }
  });
});

Deno.test("shownPath() is short near the repository, else what was given", () => {
  const cases: [path: string, given: string | URL, shown: string][] = [
    ["/home/me/repo/data", "/home/me/repo/data/", "data"],
    ["/home/me/repo", ".", "."],
    ["/home/me/mnist", "/home/me/mnist", "../mnist"],
    ["/home/me/sets/mnist", "../sets/mnist", "../sets/mnist"],
    ["/home/you/mnist", "/home/you/mnist/", "/home/you/mnist"],
    ["/home/you/mnist", "../../you/mnist//", "../../you/mnist"],
    ["/home/you/mnist", new URL("file:///home/you/mnist"), "/home/you/mnist"],
    ["/", "/", "/"],
  ];
  for (const [path, given, shown] of cases) {
    assertEquals(shownPath("/home/me/repo", path, given), shown);
  }
  assertEquals(shownPath("/repo", "/etc/mnist", "/etc/mnist"), "/etc/mnist");
  assertEquals(shownPath("/repo", "/repo/data", "/repo/data"), "data");
});

Deno.test("loadDataset() looks only in the directory it is given", async () => {
  await withDir(async (temp) => {
    await writeMine(`${temp}/home`); // would do, but was not asked for
    await writeMine(`${temp}/dir`);
    await Deno.remove(`${temp}/dir/t10k-labels-idx1-ubyte`);
    await Deno.writeTextFile(`${temp}/dir/notes.txt`, "");
    const { load, seeds } = quiet(`${temp}/home`, { dir: `${temp}/dir`, download: true });
    const { message } = await assertRejects(
      load,
      Error,
      `Cannot find a data set in ${shown(temp)}/dir/`,
    );
    for (const name of [...NAMES, "notes.txt"]) assertStringIncludes(message, name);
    assertStringIncludes(message, "missing: t10k-labels-idx1-ubyte. Found there: ");
    const nowhere = quiet(`${temp}/home`, { dir: `${temp}/none` });
    await assertRejects(nowhere.load, Error, "none of them is there. Found there: nothing");
    const file = quiet(`${temp}/home`, { dir: `${temp}/dir/notes.txt` });
    await assertRejects(file.load, TypeError, "is not a directory");
    assertEquals(seeds, []);
  });
});

Deno.test("loadDataset() takes a URL too, and paths relative to the working directory", async () => {
  await withDir(async (temp) => {
    await writeMine(`${temp}/mine`);
    const data = await quiet(temp, { dir: new URL(`file://${temp}/mine`) }).load();
    assertEquals([data.name, data.source], ["mine", shown(`${temp}/mine`)]);
    // in a process of its own: a test must not change the working directory of others
    const code = `const { loadDataset } = await import(${
      JSON.stringify(new URL("../../lib/files/mnist.ts", import.meta.url).href)
    });
    const { name, source } = await loadDataset({ dir: "./mine/", validation: 1, log() {} });
    console.log(JSON.stringify([name, source]));`;
    const config = new URL("../../deno.json", import.meta.url).pathname;
    const run = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", "--config", config, code],
      cwd: temp,
    });
    const { stdout, stderr } = await run.output();
    const said = new TextDecoder();
    assertEquals(
      said.decode(stdout).trim(),
      JSON.stringify(["mine", shownPath(ROOT, `${temp}/mine`, "./mine/")]),
      said.decode(stderr),
    );
  });
});

Deno.test("loadDataset() names the file that is damaged, in its directory's words", async () => {
  await withDir(async (temp) => {
    await writeMine(temp, (name) => `${name}.gz`);
    const path = `${temp}/t10k-images-idx3-ubyte.gz`;
    await Deno.writeFile(path, (await Deno.readFile(path)).subarray(0, -3));
    const asked = await assertRejects(quiet("/no", { dir: temp }).load, SyntaxError, shown(path));
    assert(!asked.message.includes("Remove"), asked.message);
    await assertRejects(quiet(temp).load, SyntaxError, "Remove that file to download it again");
  });
});

Deno.test("loadDataset() refuses files that disagree", async () => {
  await withDir(async (temp) => {
    await writeMine(temp);
    await Deno.writeFile(`${temp}/${NAMES[3]}`, FILES[1]!);
    const { load } = quiet("/no", { dir: temp });
    await assertRejects(load, RangeError, "2 images but 5 labels");
  });
});

Deno.test("loadDataset() reads what is at home, without a word to the network", async () => {
  await withDir(async (home) => {
    await writeMine(home);
    const fetch = () => Promise.reject(new Error("the network was touched"));
    const { load, seeds } = quiet(home, { download: true, network: { fetch } });
    assertEquals((await load()).test.count, 2);
    assertEquals(seeds, []);
  });
});

Deno.test("loadDataset() does not mix a stranger at home with MNIST", async () => {
  await withDir(async (home) => {
    await Deno.writeFile(`${home}/${NAMES[0]}`, FILES[0]!);
    const fetch = () => Promise.reject(new Error("the network was touched"));
    const { load } = quiet(home, { download: true, network: { fetch } });
    await assertRejects(load, Error, `it has ${NAMES[0]}, which is not MNIST's`);
    await Deno.writeFile(`${home}/${NAMES[0]}`, new Uint8Array([0x1f, 0x8b, 8]));
    await assertRejects(load, Error, "or damaged");
    assertEquals(namesIn(home), [NAMES[0]]);
  });
});

Deno.test("loadDataset() draws digits where MNIST cannot be had, and says so loudly", async () => {
  await withDir((temp) =>
    withMirror(() => new Response("no", { status: 403 }), async ({ url }) => {
      const home = `${temp}/data`;
      const network = { mirrors: [url] };
      const { load, said, seeds } = quiet(home, { download: true, network, seed: 7 });
      const data = await load();
      assertEquals([data.name, data.source], ["drawn digits", "drawn by this program, seed 7"]);
      assertEquals([data.train.count, data.validation.count, data.test.count], [3, 2, 2]);
      assertEquals(seeds, [7]);
      const all = said.join("\n");
      assertStringIncludes(all, "MNIST could not be had: these are drawn digits");
      assertStringIncludes(all, "answered 403"); // why
      assertStringIncludes(all, `put MNIST's four files into ${shown(home)}/`); // what to do
      assertEquals(namesIn(home), []);
    })
  );
});

Deno.test("loadDataset() does not touch the network if it is told, and draws with seed 0", async () => {
  await withDir(async (home) => {
    const fetch = () => Promise.reject(new Error("the network was touched"));
    const { load, said, seeds } = quiet(home, { network: { fetch } });
    assertEquals((await load()).name, "drawn digits");
    assertEquals(seeds, [0]);
    assertStringIncludes(said.join("\n"), "download is off");
    assert(!said.join("\n").includes("touched"));
  });
});

Deno.test("loadDataset() throws instead of drawing if it is told", async () => {
  await withDir((home) =>
    withMirror(() => new Response("no", { status: 404 }), async ({ url }) => {
      const network = { mirrors: [url] };
      const { load, seeds } = quiet(home, { download: true, fallback: false, network });
      const { message } = await assertRejects(load, Error, "MNIST could not be had: ");
      assertStringIncludes(message, "answered 404");
      assertStringIncludes(message, "put MNIST's four files into");
      assertEquals(seeds, []);
    })
  );
});

Deno.test("loadDataset() gets to the drawn digits soon behind a network that swallows all", async () => {
  await withDir((home) =>
    withSilence(async ({ url }) => {
      const limits = { ...QUICK, firstByte: 100 };
      const network = { mirrors: [`${url}a/`, `${url}b/`], limits };
      const begin = performance.now();
      const data = await quiet(home, { download: true, network }).load();
      assertEquals(data.name, "drawn digits");
      assertLess(performance.now() - begin, 2000);
    })
  );
});

Deno.test("loadDataset() does not take a stopped download for a missing network", async () => {
  await withDir((home) =>
    withMirror(() => body([], "never"), async ({ url }) => {
      const stop = new AbortController();
      const network = { mirrors: [url] };
      const { load, seeds } = quiet(home, { download: true, network, signal: stop.signal });
      const reason = new Error("enough");
      setTimeout(() => stop.abort(reason), 50);
      assertStrictEquals(await assertRejects(load), reason);
      assertEquals(seeds, []);
      assertEquals(namesIn(home), []);
    })
  );
});

const REAL = Deno.env.get("GRADNETS_DATA") ||
  new URL("../../../shared/mnist", import.meta.url).pathname;
const ignore = !NAMES.every((name) => existsSync(`${REAL}/${name}.gz`));
if (ignore) console.log(`mnist_test: the tests on the real MNIST are left out, ${REAL} has none`);

const countsOf = (...splits: Uint8Array[]) => {
  const counts = Array<number>(10).fill(0);
  for (const labels of splits) for (const label of labels) counts[label]!++;
  return counts;
};

Deno.test({
  name: "loadDataset() reads the real MNIST",
  ignore,
  async fn() {
    const { load, said } = quiet("/no", { dir: REAL, validation: 5000 });
    const { name, train, validation, test, height, width, inputs, classes } = await load();
    assertEquals([name, said.length], ["MNIST", 4]); // and not a word of other checksums
    assertEquals([height, width, inputs, classes], [28, 28, 784, 10]);
    assertEquals([train.count, validation.count, test.count], [55_000, 5_000, 10_000]);
    assertEquals(train.images.length, 55_000 * 784);
    // the first training labels of the file lead the validation split
    assertEquals([...validation.labels.subarray(0, 5)], [5, 0, 4, 1, 9]);
    assertEquals([...test.labels.subarray(0, 5)], [7, 2, 1, 0, 4]);
    assertEquals(
      countsOf(train.labels, validation.labels),
      [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
    );
    assertEquals(countsOf(test.labels), [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]);
    let sum = 0, squares = 0;
    for (const { images } of [train, validation]) {
      for (const pixel of images) {
        sum += pixel / 255;
        squares += (pixel / 255) ** 2;
      }
    }
    const mean = sum / (60_000 * 784);
    assertAlmostEquals(mean, 0.1307, 5e-5);
    assertAlmostEquals(Math.sqrt(squares / (60_000 * 784) - mean ** 2), 0.3081, 5e-5);
    assertEquals(splitImages(test, 0, 1).reduce((a, b) => Math.max(a, b)), 1);
  },
});

Deno.test({
  name: "loadDataset() knows MNIST unpacked or packed anew, and sees a single wrong label",
  ignore,
  async fn() {
    await withDir(async (dir) => {
      for (const [i, name] of NAMES.entries()) {
        const file = await readIdxBytes(`${REAL}/${name}.gz`);
        if (i === 3) await Deno.writeFile(`${dir}/${name}.gz`, gzipSync(file, { level: 1 }));
        else await Deno.writeFile(`${dir}/${name}`, file);
      }
      const { load } = quiet("/no", { dir });
      assertEquals((await load()).name, "MNIST");
      const path = `${dir}/${NAMES[1]}`;
      const labels = await Deno.readFile(path);
      labels[8] = 6; // the first, a 5
      await Deno.writeFile(path, labels);
      const changed = quiet("/no", { dir });
      assert((await changed.load()).name !== "MNIST");
      assertStringIncludes(changed.said.at(-1)!, `the SHA-256 of ${NAMES[1]} is another`);
    });
  },
});

Deno.test({
  name: "loadDataset() downloads what is missing, past a bad mirror, and needs no network then",
  ignore,
  async fn() {
    await withDir((home) =>
      withMirror((path, nth) => {
        const [mirror, name] = path.split("/") as [string, string];
        const file = Deno.readFileSync(`${REAL}/${name}`);
        if (mirror === "a") return new Response(file.map((byte) => byte ^ 1)); // all wrong
        if (nth === 1 && name.startsWith("t10k-images")) {
          return body([file.subarray(0, 1000)], "break", { "content-length": `${file.length}` });
        }
        return new Response(file);
      }, async ({ url, requests }) => {
        const network = { mirrors: [`${url}a/`, `${url}b/`] };
        await Deno.copyFile(`${REAL}/${NAMES[1]}.gz`, `${home}/${NAMES[1]}.gz`);
        const first = quiet(home, { download: true, network });
        assertEquals((await first.load()).name, "MNIST");
        assertEquals(first.seeds, []);
        assertEquals(namesIn(home), NAMES.map((name) => `${name}.gz`).sort());
        for (const name of namesIn(home)) {
          assertEquals(
            await Deno.readFile(`${home}/${name}`),
            await Deno.readFile(`${REAL}/${name}`),
          );
        }
        assert(!requests.some((path) => path.includes(NAMES[1])), "it was there already");
        const before = requests.length;
        assertEquals((await quiet(home, { download: true, network }).load()).name, "MNIST");
        assertEquals(requests.length, before);
      })
    );
  },
});

Deno.test("data/SHA256SUMS and the program know the same checksums", async () => {
  const sums = await Deno.readTextFile(new URL("../../data/SHA256SUMS", import.meta.url));
  const lines = MNIST_FILES.map(({ gzSha256, name }) => `${gzSha256}  ${name}.gz\n`);
  assertEquals(sums.split("\n").sort(), lines.join("").split("\n").sort());
});
