// The other side of flood.mjs: sends requests as fast as they are answered, or given up.
// @ts-check
import dgram from 'node:dgram';
import net from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const kMethods = ['REGISTER', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH', 'MESSAGE', 'INVITE', 'OPTIONS'];
/** As many are on their way at once: what a server cannot take would only be thrown away by the kernel. */
const kWindow = 500;
const { transport, port, count } = /** @type {{transport: 'UDP' | 'TCP', port: number, count: number}} */ (workerData);

let sent = 0;
let answered = 0;
let lost = 0;

/** @param {number} i */
function request(i) {
  const method = kMethods[i % kMethods.length];
  return Buffer.from(
    `${method} sip:100${i % 10}@127.0.0.1 SIP/2.0\r\n` +
      `Via: SIP/2.0/${transport} 127.0.0.1:9;branch=z9hG4bKflood${i};rport\r\nMax-Forwards: 70\r\n` +
      `From: <sip:${i}@127.0.0.1>;tag=${i}\r\nTo: <sip:100${i % 10}@127.0.0.1>\r\nCall-ID: flood-${transport}-${i}\r\n` +
      `CSeq: 1 ${method}\r\nContact: <sip:${i}@127.0.0.1:9>\r\nEvent: presence\r\nExpires: 3600\r\n` +
      `User-Agent: flood\r\nContent-Length: 0\r\n\r\n`,
  );
}

/** @param {(bytes: Buffer) => void} send */
function refill(send) {
  for (; sent < count && sent - answered - lost < kWindow; ++sent) send(request(sent));
  if (answered + lost >= count) finish();
}

function finish() {
  parentPort?.postMessage({ sent, answered });
  process.exit();
}

function floodDatagrams() {
  const socket = dgram.createSocket('udp4');
  const send = (/** @type {Buffer} */ bytes) => socket.send(bytes, port, '127.0.0.1');
  let before = -1;
  socket.on('message', () => {
    answered += 1;
    if (answered % 50 === 0 || answered + lost >= count) refill(send);
  });
  // Nothing for a while: what is on its way does not come any more.
  setInterval(() => {
    if (answered === before) {
      lost = sent - answered;
      refill(send);
    }
    before = answered;
  }, 500);
  socket.bind(0, '127.0.0.1', () => refill(send));
}

function floodStream() {
  const socket = net.connect(port, '127.0.0.1', () => refill(send));
  const send = (/** @type {Buffer} */ bytes) => void socket.write(bytes);
  let rest = '';
  socket.on('data', (bytes) => {
    const parts = (rest + bytes.toString('latin1')).split('\r\n\r\n');
    rest = parts.pop() ?? '';
    answered += parts.length;
    refill(send);
  });
  socket.on('close', finish);
}

if (transport === 'UDP') floodDatagrams();
else floodStream();
