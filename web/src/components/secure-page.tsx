import { useText } from "../languages/text";
import { useView } from "../store/phone-context";

/** What to do on a page that gets no microphone, before anybody tries to call. */
export function InsecurePageAlert() {
  const text = useText();
  const insecure = useView((view) => view.insecurePage !== undefined);
  if (!insecure) return null;
  return (
    <div id="insecurePage" className="alert alert-warning" role="alert">
      {text("signIn.insecurePage")} <SecurePageAdvice />
    </div>
  );
}

/** A sentence that names the secure page, if it is known. */
export function SecurePageAdvice() {
  const text = useText();
  const address = useView((view) => view.insecurePage?.otherwise);
  if (!address) return text("signIn.openAnySecurePage");
  return (
    <>
      {text("signIn.openSecurePage")}{" "}
      <a id="securePage" href={address}>
        {address}
      </a>
    </>
  );
}
