// A flame graph of a process while it works: where its time goes, by perf. Wide is much time; what stands on something is
// called by it.
// @ts-check
import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const kSamplesPerSecond = 499;
/** Of the stack, by which perf finds the callers: the program has no frame pointers. */
const kStackBytes = 16_384;
const kWidth = 1200;
const kRowHeight = 16;
/** What is narrower is left out. Pixels. */
const kNarrowest = 3;
const kLetterWidth = 6.2;
const kColours = { kernel: '#b8cbe0', ours: '#f3b36b', library: '#bcd9a8' };

/** @typedef {{name: string, origin: keyof typeof kColours, samples: number, callees: Map<string, Frame>}} Frame */

/** @param {string} name @param {keyof typeof kColours} origin @returns {Frame} */
const makeFrame = (name, origin) => ({ name, origin, samples: 0, callees: new Map() });

/** Without arguments, template arguments and namespaces that all have. @param {string} symbol */
function shorten(symbol) {
  let name = symbol.replace(/\(anonymous namespace\)::/g, '').replace(/operator[<>()-]+/g, 'operator');
  // From the innermost out.
  for (let before = ''; before !== name; ) {
    before = name;
    name = name.replace(/<[^<>]*>/g, '').replace(/\([^()]*\)/g, '');
  }
  return name.replace(/ const$|\[clone.*$/g, '').replace(/webcalling::|boost::asio::detail::/g, '').replace(/^.* (?=\S+$)/, '').trim() || symbol;
}

/** @param {string} object the file that the code is in @param {string} symbol */
function originOf(object, symbol) {
  if (object.startsWith('[kernel') || object.startsWith('[guest.kernel')) return 'kernel';
  return symbol.includes('webcalling::') || object.endsWith('/webcalling') ? 'ours' : 'library';
}

/** All stacks of `perf script` in one tree. @param {string} script */
export function readStacks(script) {
  const root = makeFrame('all', 'ours');
  for (const sample of script.split('\n\n')) {
    const calls = sample
      .split('\n')
      .map((line) => /^\s+[0-9a-f]+ (.+) \((.*)\)$/.exec(line))
      .filter((match) => match !== null)
      .reverse();
    if (calls.length === 0) continue;
    root.samples += 1;
    let frame = root;
    for (const [, symbol = '', object = ''] of calls) {
      const plain = symbol.replace(/\+0x[0-9a-f]+$/, '');
      const origin = originOf(object, plain);
      const name = plain === '[unknown]' ? path.basename(object) : shorten(plain);
      // Wrappers that differ in their template arguments only.
      if (name === frame.name) continue;
      const callee = frame.callees.get(name) ?? makeFrame(name, origin);
      frame.callees.set(name, callee);
      callee.samples += 1;
      frame = callee;
    }
  }
  return root;
}

/** @param {string} text */
const escape = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

/** @param {Frame} root @param {string} title @returns {string} SVG */
export function draw(root, title) {
  const scale = kWidth / Math.max(1, root.samples);
  /** @type {{frame: Frame, x: number, depth: number}[]} */
  const boxes = [];
  const place = (/** @type {Frame} */ frame, /** @type {number} */ x, /** @type {number} */ depth) => {
    if (frame.samples * scale < kNarrowest) return;
    boxes.push({ frame, x, depth });
    let at = x;
    const callees = [...frame.callees.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const callee of callees) {
      place(callee, at, depth + 1);
      at += callee.samples * scale;
    }
  };
  place(root, 0, 0);
  const height = (Math.max(...boxes.map(({ depth }) => depth)) + 3) * kRowHeight;
  const drawn = boxes.map(({ frame, x, depth }) => {
    const width = frame.samples * scale;
    const y = height - (depth + 1) * kRowHeight;
    const share = ((100 * frame.samples) / root.samples).toFixed(1);
    const letters = Math.floor((width - 4) / kLetterWidth);
    const label = letters < 3 ? '' : frame.name.length <= letters ? frame.name : `${frame.name.slice(0, letters - 1)}…`;
    const text = label ? `<text x="${(x + 2).toFixed(1)}" y="${y + 12}">${escape(label)}</text>` : '';
    const box = `<rect x="${x.toFixed(1)}" y="${y}" width="${Math.max(0.5, width - 0.5).toFixed(1)}" height="${kRowHeight - 1}" fill="${kColours[frame.origin]}"/>`;
    return `<g><title>${escape(frame.name)}: ${share} %</title>${box}${text}</g>`;
  });
  const legend = `${title}: ${root.samples} samples. Orange: WebCalling, green: libraries, blue: the kernel.`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${kWidth} ${height}" font-family="monospace" font-size="10">`,
    `<rect width="${kWidth}" height="${height}" fill="#fff"/>`,
    `<text x="4" y="14" font-size="12">${escape(legend)}</text>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

/** Flame graphs of what is measured, into a folder; none are made without one. */
export class FlameGraphs {
  #directory;

  /** @param {string | undefined} directory */
  constructor(directory) {
    this.#directory = directory;
    if (directory) fs.mkdirSync(directory, { recursive: true });
  }

  /** Begins to look at a process; gives how to end that. @param {number} pid @param {string} title @returns {() => Promise<void>} */
  begin(pid, title) {
    if (!this.#directory) return async () => {};
    const file = path.join(this.#directory, `${title.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.svg`);
    const data = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'webcalling-flame-')), 'perf.data');
    const options = ['-o', data, '-F', String(kSamplesPerSecond), '--call-graph', `dwarf,${kStackBytes}`, '-p', String(pid)];
    const perf = spawn('perf', ['record', ...options], { stdio: 'ignore' });
    const ended = new Promise((resolve, reject) => {
      perf.once('exit', resolve);
      perf.once('error', () => reject(new Error('perf cannot be started: install the package linux-perf')));
    });
    return async () => {
      perf.kill('SIGINT');
      await ended;
      const script = ['script', '--no-inline', '-F', 'ip,sym,dso', '-i', data];
      const { stdout } = spawnSync('perf', script, { encoding: 'utf8', maxBuffer: 2 ** 30 });
      fs.rmSync(path.dirname(data), { recursive: true });
      const root = readStacks(stdout);
      if (root.samples === 0) throw new Error(`perf has seen nothing of "${title}": see /proc/sys/kernel/perf_event_paranoid`);
      fs.writeFileSync(file, draw(root, title));
    };
  }
}
