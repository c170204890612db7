import { useView } from "../store/phone-context";
import { texts } from "../texts";

/** What to do on a page that gets no microphone, before anybody tries to call. */
export function InsecurePageAlert() {
  const insecure = useView((view) => view.insecurePage !== undefined);
  if (!insecure) return null;
  return (
    <div id="insecurePage" className="alert alert-warning" role="alert">
      {texts.insecurePage} <SecurePageAdvice />
    </div>
  );
}

/** A sentence that names the secure page, if it is known. */
export function SecurePageAdvice() {
  const address = useView((view) => view.insecurePage?.otherwise);
  if (!address) return texts.openAnySecurePage;
  return (
    <>
      {texts.openSecurePage}{" "}
      <a id="securePage" href={address}>
        {address}
      </a>
    </>
  );
}
