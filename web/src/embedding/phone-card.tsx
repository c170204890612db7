import { type FormEvent, useId, useState, useSyncExternalStore } from "react";
import { CallTime } from "../components/call-time";
import { Keypad } from "../components/keypad";
import { callNotice, callState, endReason, registrationState, signInProblem, who } from "../languages/phrases";
import { useText } from "../languages/text";
import type { Call, PhoneEngine, PhoneState } from "../phone-engine/phone-engine";
import { type NumberProblem, readNumber } from "../phone-engine/phone-number";

interface Props {
  engine: PhoneEngine;
  /** What is in the field for the number to begin with, and for the extension. */
  number: string;
  extension: string;
}

const DARK = "(prefers-color-scheme: dark)";

/** The phone in a page of others: small, and without the pages around the telephone. */
export function PhoneCard({ engine, number, extension }: Props) {
  const text = useText();
  const state = useSyncExternalStore(
    (listener) => engine.subscribe(listener),
    () => engine.state,
  );
  const isDark = useSyncExternalStore(followTheme, () => matchMedia(DARK).matches);
  const { kind } = state.registration;
  return (
    <section
      className="card"
      part="card"
      data-bs-theme={isDark ? "dark" : "light"}
      data-registration={kind}
      aria-label={text("app.title")}
    >
      {kind === "signed-out" || kind === "connecting" ? (
        <SignInForm key={extension} engine={engine} state={state} extension={extension} />
      ) : (
        <>
          {state.calls.map((call) => (
            <CallBlock key={call.id} call={call} engine={engine} />
          ))}
          <DialForm key={number} engine={engine} number={number} canDial={kind === "registered"} />
          <Footer engine={engine} state={state} />
        </>
      )}
    </section>
  );
}

function followTheme(listener: () => void): () => void {
  const query = matchMedia(DARK);
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}

function SignInForm({ engine, state, extension }: { engine: PhoneEngine; state: PhoneState; extension: string }) {
  const text = useText();
  const id = useId();
  const { registration, identity } = state;
  const connecting = registration.kind === "connecting";
  const problem = registration.kind === "signed-out" ? registration.problem : undefined;
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const value = (name: string) => String(form.get(name) ?? "");
    engine.signIn({ extension: value("extension"), password: value("password"), server: "" });
  };
  return (
    <form className="sign-in" onSubmit={submit} aria-busy={connecting} noValidate>
      <label htmlFor={`${id}extension`}>{text("signIn.extension")}</label>
      <input
        id={`${id}extension`}
        name="extension"
        className="form-control"
        defaultValue={extension}
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        readOnly={connecting}
      />
      <label htmlFor={`${id}password`}>{text("signIn.password")}</label>
      <input
        id={`${id}password`}
        name="password"
        type="password"
        className="form-control"
        autoComplete="current-password"
        readOnly={connecting}
      />
      {problem && (
        <p className="problem" role="alert" data-problem={problem}>
          {signInProblem(text, problem, identity)}
        </p>
      )}
      <button type="submit" className="btn btn-primary" disabled={connecting}>
        {text(connecting ? "signIn.initializing" : "signIn.initialize")}
      </button>
    </form>
  );
}

function DialForm({ engine, number, canDial }: { engine: PhoneEngine; number: string; canDial: boolean }) {
  const text = useText();
  const id = useId();
  const [wish, setWish] = useState(number);
  const [problem, setProblem] = useState<NumberProblem | "not-registered">();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const read = readNumber(wish);
    const found = "problem" in read ? read.problem : canDial ? undefined : "not-registered";
    setProblem(found);
    if (!found && "number" in read) engine.dial(read.number);
  };
  return (
    <form className="dial" onSubmit={submit} noValidate>
      <div className="dial-line">
        <input
          name="number"
          className="form-control"
          type="tel"
          value={wish}
          onChange={({ target }) => setWish(target.value)}
          aria-label={text("dial.number")}
          placeholder={text("dial.numberHint")}
          aria-invalid={problem !== undefined}
          aria-describedby={problem && `${id}problem`}
          autoComplete="off"
        />
        <button type="submit" className="btn btn-success" data-action="call">
          {text("dial.call")}
        </button>
      </div>
      {problem && (
        <p id={`${id}problem`} className="problem" role="alert" data-problem={problem}>
          {text(`numberErrors.${problem}`)}
        </p>
      )}
    </form>
  );
}

function CallBlock({ call, engine }: { call: Call; engine: PhoneEngine }) {
  const text = useText();
  const [keypad, setKeypad] = useState(false);
  const { id, peer, phase } = call;
  const isActive = phase.kind === "active";
  return (
    <article className="call" data-call={id} data-number={peer.number} data-phase={phase.kind}>
      <h2>
        {who(text, peer)} {isActive && <CallTime since={phase.since} />}
      </h2>
      <p role={phase.kind === "incoming" ? "alert" : "status"}>
        {phase.kind === "ended" ? endReason(text, phase.reason, call) : callState(text, call)}
        {isActive && phase.heldByPeer && ` ${text("call.remoteHold")}`}
        {isActive && phase.mediaTrouble && ` ${text("call.mediaTrouble")}`}
        {call.notice && ` ${callNotice(text, call.notice, call)}`}
      </p>
      <CallButtons call={call} engine={engine} keypad={keypad} onKeypad={() => setKeypad(!keypad)} />
      {isActive && keypad && <Keypad onKey={(digit) => engine.sendDigit(id, digit)} />}
    </article>
  );
}

interface ButtonsProps {
  call: Call;
  engine: PhoneEngine;
  keypad: boolean;
  onKeypad: () => void;
}

function CallButtons({ call: { id, phase, muted }, engine, keypad, onKeypad }: ButtonsProps) {
  const text = useText();
  // Keys: no button becomes another one under the pointer.
  switch (phase.kind) {
    case "incoming":
      return (
        <div key="incoming" className="buttons">
          <Button tone="success" action="answer" name={text("call.answer")} onPress={() => engine.answer(id)} />
          <Button tone="danger" action="reject" name={text("call.reject")} onPress={() => engine.decline(id)} />
        </div>
      );
    case "active":
      return (
        <div key="active" className="buttons">
          <Button
            tone={muted ? "warning" : "secondary"}
            action="mute"
            name={text(muted ? "call.unmute" : "call.mute")}
            onPress={() => engine.setMuted(id, !muted)}
          />
          <Button
            tone="secondary"
            action="hold"
            name={text(phase.held ? "call.resume" : "call.hold")}
            onPress={() => engine.setHeld(id, !phase.held)}
          />
          <Button tone="secondary" action="keypad" name={text("dial.keypad")} expanded={keypad} onPress={onKeypad} />
          <Button tone="danger" action="end" name={text("call.end")} onPress={() => engine.hangUp(id)} />
        </div>
      );
    case "ended":
      return (
        <div key="ended" className="buttons">
          <Button tone="secondary" action="dismiss" name={text("app.close")} onPress={() => engine.dismiss(id)} />
        </div>
      );
    default:
      return (
        <div className="buttons">
          <Button tone="danger" action="end" name={text("call.end")} onPress={() => engine.hangUp(id)} />
        </div>
      );
  }
}

interface ButtonProps {
  tone: "success" | "danger" | "secondary" | "warning";
  action: string;
  name: string;
  expanded?: boolean;
  onPress: () => void;
}

function Button({ tone, action, name, expanded, onPress }: ButtonProps) {
  return (
    <button
      type="button"
      className={`btn btn-sm btn-${tone}`}
      data-action={action}
      aria-expanded={expanded}
      onClick={onPress}
    >
      {name}
    </button>
  );
}

function Footer({ engine, state }: { engine: PhoneEngine; state: PhoneState }) {
  const text = useText();
  return (
    <footer>
      <span role="status">{registrationState(text, state)}</span>
      {state.soundBlocked && (
        <button
          type="button"
          className="btn btn-warning btn-sm"
          data-action="enable-sound"
          onClick={() => engine.enableSound()}
        >
          {text("app.enableSound")}
        </button>
      )}
      <button
        type="button"
        className="btn btn-secondary btn-sm"
        data-action="sign-out"
        onClick={() => void engine.signOut()}
      >
        {text("phone.signOut")}
      </button>
    </footer>
  );
}
