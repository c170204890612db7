/** The phone with a face: `<script type="module" src="https://pbx.example.com/embed/webcalling-phone.js"></script>`. */
import { PhoneElement } from "./phone-element";

export { createPhone } from "./create-phone";

if (!customElements.get("webcalling-phone")) customElements.define("webcalling-phone", PhoneElement);
