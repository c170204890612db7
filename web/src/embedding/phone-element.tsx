import { createRoot, type Root } from "react-dom/client";
import { isLanguage } from "../languages/language";
import { speak } from "../languages/text";
import type { PhoneEngine } from "../phone-engine/phone-engine";
import type { WebCallingPhone, WebCallingPhoneElement } from "./api";
import { openEmbedded } from "./create-phone";
import { PhoneCard } from "./phone-card";
import css from "./phone-card.scss?inline";

interface Opened {
  engine: PhoneEngine;
  phone: WebCallingPhone;
}

/** `<webcalling-phone>`: a telephone in a shadow tree, where no style of the page around it comes in or out. */
export class PhoneElement extends HTMLElement implements WebCallingPhoneElement {
  static readonly observedAttributes = ["number", "extension", "lang"];

  #opened: Opened | undefined;
  #root: Root | undefined;

  /** Made when it is first asked for; `server` is read then. */
  get phone(): WebCallingPhone {
    return this.#open().phone;
  }

  connectedCallback(): void {
    this.#root ??= createRoot(this.#shadow());
    this.#render();
  }

  disconnectedCallback(): void {
    // Whoever moves it in the page takes it out first.
    queueMicrotask(() => {
      if (this.isConnected) return;
      this.#root?.unmount();
      this.#root = undefined;
      void this.#opened?.phone.close();
      this.#opened = undefined;
    });
  }

  attributeChangedCallback(name: string, _before: string | null, value: string | null): void {
    if (name === "lang" && this.#opened && isLanguage(value)) void speak(value).catch(() => {});
    if (this.#root) this.#render();
  }

  #open(): Opened {
    const opened =
      this.#opened ?? openEmbedded({ server: this.#attribute("server"), language: this.#attribute("lang") });
    this.#opened = opened;
    return opened;
  }

  #attribute(name: string): string | undefined {
    return this.getAttribute(name) ?? undefined;
  }

  #shadow(): ShadowRoot {
    if (this.shadowRoot) return this.shadowRoot;
    const shadow = this.attachShadow({ mode: "open" });
    // A page's content security policy may forbid elements with styles; this is none.
    const style = new CSSStyleSheet();
    style.replaceSync(css);
    shadow.adoptedStyleSheets = [style];
    return shadow;
  }

  #render(): void {
    const { engine } = this.#open();
    this.#root?.render(
      <PhoneCard
        engine={engine}
        number={this.#attribute("number") ?? ""}
        extension={this.#attribute("extension") ?? ""}
      />,
    );
  }
}
