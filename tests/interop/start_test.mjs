// The start: what stops it says so in one sentence.
// @ts-check
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { Program, run } from '../peers/program.mjs';
import { serverBinary } from '../peers/server.mjs';
import { scene } from '../peers/stage.mjs';
import { until } from '../peers/until.mjs';

/** @typedef {import('../peers/server.mjs').Server} Server */

/** The program ends by itself with an error, and the last it says is a sentence that names the trouble. @param {Server} server @param {RegExp} trouble */
async function refusesToStart(server, trouble) {
  const { program, code, signal } = await server.endsByItself();
  assert.equal(signal, null, `killed by ${signal}: ${program.errors}`);
  assert.ok(code !== 0, 'it says that it failed');
  assert.doesNotMatch(program.output, /WebCalling is ready/);
  assert.match(program.errors, trouble);
  assert.doesNotMatch(program.errors, /terminate called|Segmentation|Aborted/);
}

scene('a server starts, ends on SIGTERM, and starts again', async (stage, t) => {
  const started = performance.now();
  await stage.server.start();
  t.diagnostic(`listening after ${Math.round(performance.now() - started)} ms`);
  await stage.server.restart();
}, { start: false });

scene('a server whose terminal is closed ends, instead of living on unseen', async (stage) => {
  const { server } = stage;
  const pidFile = path.join(stage.directory, 'pid');
  const command = `echo $$ >${pidFile}; exec ${serverBinary()} serve --config ${server.configFile}`;
  const terminal = stage.keep(new Program('terminal', 'script', ['-qfc', command, '/dev/null'], { directory: stage.directory }));
  await terminal.says(/^WebCalling is ready/m);
  const pid = Number(fs.readFileSync(pidFile, 'utf8'));
  await terminal.stop({ signal: 'SIGKILL' });
  try {
    await until('the server is gone', () => !fs.existsSync(`/proc/${pid}`));
  } catch (error) {
    process.kill(pid, 'SIGKILL');
    throw error;
  }
}, { start: false });

scene('the page of the phone is served', async (stage) => {
  const page = await fetch(stage.server.url);
  assert.equal(page.status, 200);
  assert.match(page.headers.get('content-type') ?? '', /^text\/html/);
  assert.match(await page.text(), /<div id="root">/);
  for (const outside of ['../../etc/passwd', '%2e%2e/%2e%2e/etc/passwd', '..%2f..%2fetc%2fpasswd']) {
    assert.doesNotMatch(await (await fetch(`${stage.server.url}${outside}`)).text(), /root:/);
  }
  // A path of the page's own gets the page, a file that is not there is not found.
  assert.equal((await fetch(`${stage.server.url}call`)).status, 200);
  assert.equal((await fetch(`${stage.server.url}no-such-file.js`)).status, 404);
});

scene('settings that are missing stop the start', async (stage) => {
  fs.rmSync(stage.server.configFile);
  await refusesToStart(stage.server, /webcalling\.toml/);
}, { start: false });

scene('settings that cannot be read as TOML stop the start and name the line', async (stage) => {
  fs.writeFileSync(stage.server.configFile, '[server\ndata_directory = 7\n');
  await refusesToStart(stage.server, /webcalling\.toml.*(line )?1/s);
}, { start: false });

scene('a setting with a wrong value stops the start and is named', async (stage) => {
  stage.server.settings = { sip: { udp_port: 70000 } };
  stage.server.writeSettings();
  await refusesToStart(stage.server, /udp_port/);
}, { start: false });

scene('a setting that does not exist stops the start and is named', async (stage) => {
  stage.server.settings = { sip: { updport: 5060 } };
  stage.server.writeSettings();
  await refusesToStart(stage.server, /updport/);
}, { start: false });

scene('a port in use stops the start and is named', async (stage) => {
  const taken = net.createServer().listen(stage.server.ports.ws, '127.0.0.1');
  await refusesToStart(stage.server, new RegExp(String(stage.server.ports.ws)));
  await new Promise((resolve) => taken.close(resolve));
}, { start: false });

scene('a data directory that cannot be made stops the start and is named', async (stage) => {
  fs.writeFileSync(path.join(stage.directory, 'a-file'), '');
  stage.server.settings = { server: { data_directory: path.join(stage.directory, 'a-file', 'data') } };
  stage.server.writeSettings();
  await refusesToStart(stage.server, /a-file/);
}, { start: false });

scene('a full disk stops the start and is named', async (stage, t) => {
  const disk = path.join(stage.directory, 'disk');
  fs.mkdirSync(disk);
  const mount = await run('mount', ['-t', 'tmpfs', '-o', 'size=16k', 'tmpfs', disk], { directory: stage.directory });
  if (mount.code !== 0) {
    t.skip('only root may mount a small disk');
    return;
  }
  try {
    fs.writeFileSync(path.join(disk, 'filler'), Buffer.alloc(12 * 1024));
    stage.server.settings = { server: { data_directory: path.join(disk, 'data') } };
    stage.server.writeSettings();
    await refusesToStart(stage.server, /disk/);
  } finally {
    await run('umount', [disk], { directory: stage.directory });
  }
}, { start: false });

scene('a store that is none stops the start and is named', async (stage) => {
  const data = stage.server.dataDirectory;
  const store = fs.readdirSync(data).find((name) => /\.(db|sqlite3?)$/.test(name));
  assert.ok(store, `no store in ${data}`);
  for (const name of fs.readdirSync(data).filter((other) => other.startsWith(store))) fs.rmSync(path.join(data, name));
  fs.writeFileSync(path.join(data, store), 'this is not a database, and it is long enough to be seen as one that is broken'.repeat(50));
  await refusesToStart(stage.server, new RegExp(store.replace('.', '\\.')));
}, { start: false });

scene('check finds nothing wrong with good settings', async (stage) => {
  const { code, output } = await stage.server.command('check');
  assert.equal(code, 0, output);
}, { start: false });

scene('check names what is wrong and how to mend it', async (stage) => {
  const taken = net.createServer().listen(stage.server.ports.web, '127.0.0.1');
  const { code, output, errors } = await stage.server.command('check');
  assert.notEqual(code, 0);
  assert.match(output + errors, new RegExp(String(stage.server.ports.web)));
  await new Promise((resolve) => taken.close(resolve));
}, { start: false });

scene('accounts are added, listed and removed', async (stage) => {
  const { server } = stage;
  const added = await server.command('account', 'add', '1044', '--name', 'Ida Example');
  assert.equal(added.code, 0);
  const generated = /[^\s:]{10,}\s*$/.exec(added.output.trim())?.[0];
  assert.ok(generated, `no password in ${added.output}`);
  const list = await server.command('account', 'list');
  assert.match(list.output, /1044.*Ida Example/);
  assert.ok(!list.output.includes(generated), 'passwords are never listed');
  assert.notEqual((await server.command('account', 'add', '1044')).code, 0, 'an extension exists once');
  assert.equal((await server.command('account', 'remove', '1044')).code, 0);
  assert.notEqual((await server.command('account', 'remove', '1044')).code, 0, 'what is gone cannot be removed');
  assert.doesNotMatch((await server.command('account', 'list')).output, /1044/);
}, { start: false });
