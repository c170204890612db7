import { Component, type ReactNode } from "react";
import { useText } from "../languages/text";

interface Props {
  children: ReactNode;
  onRetry: () => void;
}

/** A page that breaks, or does not come from the server, takes nothing else with it: the call goes on. */
export class PageBoundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? <PageFailed onRetry={this.props.onRetry} /> : this.props.children;
  }
}

function PageFailed({ onRetry }: { onRetry: () => void }) {
  const text = useText();
  return (
    <div className="page">
      <p id="pageFailed" className="alert alert-warning" role="alert">
        {text("app.pageFailed")}
      </p>
      <button type="button" className="btn btn-primary" onClick={onRetry}>
        {text("app.tryAgain")}
      </button>
    </div>
  );
}
