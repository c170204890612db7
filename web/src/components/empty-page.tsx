import { Icon } from "./icon";

/** What a page says as long as there is nothing to show on it. */
export function EmptyPage({ icon, sentence }: { icon: readonly string[]; sentence: string }) {
  return (
    <div className="empty-page">
      <Icon paths={icon} />
      <p>{sentence}</p>
    </div>
  );
}
