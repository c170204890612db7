/** The phone without a face: `import { createPhone } from "https://pbx.example.com/embed/phone.js"`. */
export { createPhone } from "./create-phone";
