// Audio devices of a browser that a test plugs in and pulls out. Every microphone has a tone of its own.
// @ts-check

/** @typedef {{kind: 'audioinput' | 'audiooutput', id: string, label: string, hz?: number}} Device */

/**
 * Runs in the page before its scripts.
 * @param {Device[]} first
 */
function replaceDevices(first) {
  let devices = first;
  let allowed = true;
  /** @type {{label: string, track: MediaStreamTrack}[]} */
  const opened = [];
  /** @type {Record<string, string>} */
  const sinks = {};
  const fail = (/** @type {string} */ name) => Promise.reject(new DOMException(name, name));
  const target = navigator.mediaDevices;
  const changed = () => target.dispatchEvent(new Event('devicechange'));
  const lose = (/** @type {(label: string) => boolean} */ lost) => {
    for (const { label, track } of opened) {
      if (!lost(label) || track.readyState === 'ended') continue;
      track.stop();
      // Only a device that goes by itself ends its tracks with an event (W3C mediacapture-main section 4.3.1).
      track.dispatchEvent(new Event('ended'));
    }
  };
  /** @param {Device} device */
  const open = ({ label, hz = 0 }) => {
    const context = new AudioContext();
    const destination = context.createMediaStreamDestination();
    const tone = new OscillatorNode(context, { frequency: hz });
    tone.connect(new GainNode(context, { gain: 0.4 })).connect(destination);
    tone.start();
    const [track] = destination.stream.getAudioTracks();
    Object.defineProperty(track, 'label', { value: label });
    opened.push({ label, track });
    return destination.stream;
  };
  target.enumerateDevices = async () =>
    /** @type {any} */ (
      devices.map(({ kind, id, label }) => ({ kind, deviceId: allowed ? id : '', label: allowed ? label : '', groupId: '' }))
    );
  target.getUserMedia = async (constraints) => {
    if (!allowed) return fail('NotAllowedError');
    const audio = /** @type {any} */ (constraints?.audio);
    const wanted = audio?.deviceId?.exact;
    const inputs = devices.filter(({ kind }) => kind === 'audioinput');
    const found = wanted === undefined ? inputs[0] : inputs.find(({ id }) => id === wanted);
    return found ? open(found) : fail(wanted === undefined ? 'NotFoundError' : 'OverconstrainedError');
  };
  HTMLMediaElement.prototype.setSinkId = async function (id) {
    sinks[this.id] = id;
  };
  Object.assign(AudioContext.prototype, {
    setSinkId: async (/** @type {string} */ id) => {
      sinks.context = id;
    },
  });
  Object.assign(window, {
    webcallingTestDevices: {
      sinks,
      live: () => opened.filter(({ track }) => track.readyState === 'live').map(({ label }) => label),
      /** @param {Device} device */
      plugIn(device) {
        devices = [...devices, device];
        changed();
      },
      /** @param {string} id */
      pullOut(id) {
        const gone = devices.find((device) => device.id === id);
        devices = devices.filter((device) => device.id !== id);
        lose((label) => label === gone?.label);
        changed();
      },
      takePermissionAway() {
        allowed = false;
        lose(() => true);
      },
    },
  });
}

export class PluggableDevices {
  #page;

  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.#page = page;
  }

  /** From its next load on, the page has these devices. @param {import('playwright-core').Page} page @param {Device[]} devices */
  static async install(page, devices) {
    await page.addInitScript(replaceDevices, devices);
    await page.reload();
    return new PluggableDevices(page);
  }

  /** @param {Device} device */
  plugIn(device) {
    return this.#page.evaluate((one) => /** @type {any} */ (window).webcallingTestDevices.plugIn(one), device);
  }

  /** @param {string} id */
  pullOut(id) {
    return this.#page.evaluate((one) => /** @type {any} */ (window).webcallingTestDevices.pullOut(one), id);
  }

  takePermissionAway() {
    return this.#page.evaluate(() => /** @type {any} */ (window).webcallingTestDevices.takePermissionAway());
  }

  /** Where sound comes out: by the id of the element, and `context` for generated sounds. @returns {Promise<Record<string, string>>} */
  sinks() {
    return this.#page.evaluate(() => /** @type {any} */ (window).webcallingTestDevices.sinks);
  }

  /** The microphones that are open. @returns {Promise<string[]>} */
  live() {
    return this.#page.evaluate(() => /** @type {any} */ (window).webcallingTestDevices.live());
  }
}
