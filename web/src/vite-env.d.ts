/// <reference types="vite/client" />

/** Of package.json. */
declare const __PHONE_VERSION__: string;

declare module "*.svg?paths" {
  const paths: readonly string[];
  export default paths;
}
