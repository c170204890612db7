// All that a page needs: the element, and what it wants to know of it.
const { phone } = document.querySelector("webcalling-phone");
const events = document.querySelector("#events");

function note(text) {
  const entry = document.createElement("li");
  entry.textContent = text;
  events.prepend(entry);
}

for (const button of document.querySelectorAll("button[data-number]")) {
  button.addEventListener("click", () => {
    try {
      phone.call(button.dataset.number);
    } catch (problem) {
      note(problem.message);
    }
  });
}

phone.addEventListener("statuschange", () => note(phone.problem ?? `The phone is ${phone.registration}.`));
phone.addEventListener("incomingcall", ({ detail: call }) => note(`${call.name ?? call.number} calls.`));
phone.addEventListener("callschange", ({ detail: calls }) => {
  for (const call of calls) note(`Call with ${call.number}: ${call.state}${call.muted ? ", muted" : ""}`);
});
phone.addEventListener("callended", ({ detail: call }) => note(call.reasonText));
phone.addEventListener("message", ({ detail: { number, text } }) => note(`${number} writes: ${text}`));
