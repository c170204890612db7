import { type FormEvent, useEffect, useRef, useState } from "react";
import { signInProblem } from "../languages/phrases";
import { useText } from "../languages/text";
import { usePhone, useView } from "../store/phone-context";
import { readRemembered } from "../store/remembered";
import { InsecurePageAlert } from "./secure-page";

export function SignIn() {
  const text = useText();
  const { commands } = usePhone();
  const registration = useView((view) => view.registration);
  const [remembered] = useState(readRemembered);
  const [advanced, setAdvanced] = useState(remembered.server !== "");
  const extension = useRef<HTMLInputElement>(null);
  const password = useRef<HTMLInputElement>(null);
  const connecting = registration.kind === "connecting";
  const problem = registration.kind === "signed-out" ? registration.problem : undefined;

  useEffect(() => {
    if (connecting) return;
    const wanted = problem === "wrong-password" || extension.current?.value ? password : extension;
    wanted.current?.focus();
  }, [connecting, problem]);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const server = advanced ? text("server") : "";
    commands.signIn({ extension: text("extension"), password: text("password"), server });
  };

  return (
    <div className="card-body">
      <h2 className="h5">{text("signIn.title")}</h2>
      <form id="signInForm" className="sign-in" onSubmit={submit} noValidate aria-busy={connecting}>
        <div className="input-group">
          <label className="input-group-text" htmlFor="userAgentId">
            {text("signIn.extension")}
          </label>
          <input
            id="userAgentId"
            name="extension"
            className="form-control"
            ref={extension}
            defaultValue={remembered.extension}
            placeholder={text("signIn.extensionHint")}
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            readOnly={connecting}
          />
        </div>
        <div className="input-group">
          <label className="input-group-text" htmlFor="password">
            {text("signIn.password")}
          </label>
          <input
            id="password"
            name="password"
            type="password"
            className="form-control"
            ref={password}
            autoComplete="current-password"
            readOnly={connecting}
          />
        </div>
        {advanced && <ServerField defaultValue={remembered.server} readOnly={connecting} />}
        <InsecurePageAlert />
        <SignInProblemAlert />
        <div className="sign-in-buttons">
          <button type="submit" id="initializeCallingBtn" className="btn btn-primary" disabled={connecting}>
            {connecting && <span className="spinner-border spinner-border-sm" aria-hidden="true" />}
            {connecting ? text("signIn.initializing") : text("signIn.initialize")}
          </button>
          {connecting && (
            <button
              type="button"
              id="cancelSignInBtn"
              className="btn btn-outline-secondary"
              onClick={() => commands.signOut()}
            >
              {text("app.cancel")}
            </button>
          )}
          <button
            type="button"
            id="advancedBtn"
            className="btn btn-link"
            aria-expanded={advanced}
            aria-controls="serviceURL"
            onClick={() => setAdvanced(!advanced)}
          >
            {text("signIn.advanced")}
          </button>
        </div>
      </form>
    </div>
  );
}

function ServerField({ defaultValue, readOnly }: { defaultValue: string; readOnly: boolean }) {
  const text = useText();
  return (
    <div>
      <div className="input-group">
        <label className="input-group-text" htmlFor="serviceURL">
          {text("signIn.server")}
        </label>
        <input
          id="serviceURL"
          name="server"
          className="form-control"
          defaultValue={defaultValue}
          placeholder={location.host}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          readOnly={readOnly}
          aria-describedby="serverHelp"
        />
      </div>
      <div id="serverHelp" className="form-text">
        {text("signIn.serverHelp")}
      </div>
    </div>
  );
}

function SignInProblemAlert() {
  const text = useText();
  const registration = useView((view) => view.registration);
  const identity = useView((view) => view.identity);
  if (registration.kind !== "signed-out" || !registration.problem) return null;
  return (
    <div id="signInError" className="alert alert-danger" role="alert" data-reason={registration.problem}>
      {signInProblem(text, registration.problem, identity)}
    </div>
  );
}
