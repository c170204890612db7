import { useText } from "../languages/text";
import type { ApiProblem } from "../server-api/request";

interface Props {
  id: string;
  problem: ApiProblem;
  /** The sentence for a server that does not answer. */
  unreachable: string;
  onRetry: () => void;
}

/** Why what the server keeps is not there, and what to do about it. */
export function ApiProblemNotice({ id, problem, unreachable, onRetry }: Props) {
  const text = useText();
  const isOver = problem === "signed-out";
  return (
    <div id={id} role="alert" data-problem={problem}>
      <p>
        {isOver ? text("signInProblems.session-ended") : problem === "nonsense" ? text("app.nonsense") : unreachable}
      </p>
      {!isOver && (
        <button type="button" className="btn btn-outline-secondary" onClick={onRetry}>
          {text("app.tryAgain")}
        </button>
      )}
    </div>
  );
}
