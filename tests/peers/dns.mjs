// A DNS server for a world of a few names: NAPTR, SRV, A and AAAA over UDP, from a table.
// @ts-check
import dgram from 'node:dgram';
import net from 'node:net';

/** @typedef {'A' | 'AAAA' | 'SRV' | 'NAPTR'} Type */
/**
 * A record by its type: an address; [priority, weight, port, target]; [order, preference, flags, service, replacement].
 * @typedef {string | [number, number, number, string] | [number, number, string, string, string]} Data
 */

/** @type {Record<number, Type>} */
const kTypes = { 1: 'A', 28: 'AAAA', 33: 'SRV', 35: 'NAPTR' };
const kNoSuchName = 3;
const kNameOfTheQuestion = Buffer.from([0xc0, 12]);

/** @param {number} value */
function u16(value) {
  return Buffer.from([value >> 8, value & 0xff]);
}

/** @param {string} name */
function labels(name) {
  return Buffer.concat([...name.split('.').map((label) => text(label)), Buffer.from([0])]);
}

/** @param {string} value */
function text(value) {
  return Buffer.concat([Buffer.from([value.length]), Buffer.from(value, 'latin1')]);
}

/** @param {string} address */
function addressBytes(address) {
  if (net.isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  const [head, tail = ''] = address.split('::');
  const words = (/** @type {string} */ part) => (part === '' ? [] : part.split(':').map((word) => Number.parseInt(word, 16)));
  const [before, after] = [words(head), words(tail)];
  const zeros = new Array(8 - before.length - after.length).fill(0);
  return Buffer.concat([...before, ...zeros, ...after].map(u16));
}

/** @param {Type} type @param {Data} data */
function dataBytes(type, data) {
  if (typeof data === 'string') return addressBytes(data);
  if (type === 'SRV') {
    const [priority, weight, port, target] = /** @type {[number, number, number, string]} */ (data);
    return Buffer.concat([u16(priority), u16(weight), u16(port), labels(target)]);
  }
  const [order, preference, flags, service, replacement] = /** @type {[number, number, string, string, string]} */ (data);
  return Buffer.concat([u16(order), u16(preference), text(flags), text(service), text(''), labels(replacement)]);
}

/** @param {Buffer} query */
function readQuestion(query) {
  const names = [];
  let at = 12;
  while (query[at] > 0) {
    names.push(query.toString('latin1', at + 1, at + 1 + query[at]));
    at += 1 + query[at];
  }
  return { name: names.join('.').toLowerCase(), type: kTypes[query.readUInt16BE(at + 1)], bytes: query.subarray(12, at + 5) };
}

export class Dns {
  port = 0;
  /** What was asked: "NAPTR example.com". @type {string[]} */
  questions = [];
  /** It hears, but says nothing. */
  silent = false;
  #socket = dgram.createSocket('udp4');
  /** @type {Map<string, Data[]>} */
  #zone = new Map();

  static async start() {
    const dns = new Dns();
    await new Promise((resolve, reject) => dns.#socket.once('error', reject).bind(0, '127.0.0.1', () => resolve(undefined)));
    dns.port = dns.#socket.address().port;
    dns.#socket.on('message', (query, from) => dns.#answer(query, from));
    return dns;
  }

  /** As the setting dns.servers names it. */
  get address() {
    return `127.0.0.1:${this.port}`;
  }

  /** @param {Type} type @param {string} name @param {Data} data */
  add(type, name, data) {
    const key = `${type} ${name}`;
    this.#zone.set(key, [...(this.#zone.get(key) ?? []), data]);
  }

  /** @param {Buffer} query @param {import('node:dgram').RemoteInfo} from */
  #answer(query, from) {
    const { name, type, bytes } = readQuestion(query);
    this.questions.push(`${type} ${name}`);
    if (this.silent) return;
    const records = (this.#zone.get(`${type} ${name}`) ?? []).map((data) => {
      const content = dataBytes(type, data);
      const lifetime = Buffer.from([0, 0, 0, 60]);
      return Buffer.concat([kNameOfTheQuestion, bytes.subarray(bytes.length - 4), lifetime, u16(content.length), content]);
    });
    const isKnown = [...this.#zone.keys()].some((key) => key.endsWith(` ${name}`));
    const flags = Buffer.from([0x85, 0x80 | (isKnown ? 0 : kNoSuchName)]);
    const counts = Buffer.concat([u16(1), u16(records.length), u16(0), u16(0)]);
    const answer = Buffer.concat([query.subarray(0, 2), flags, counts, bytes, ...records]);
    this.#socket.send(answer, from.port, from.address);
  }

  async stop() {
    this.#socket.close();
  }

  tail() {
    return `dns: ${this.questions.join(', ')}`;
  }
}
