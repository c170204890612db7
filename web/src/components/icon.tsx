interface Props {
  /** Outlines of a Bootstrap icon, from `import paths from "….svg?paths"`. */
  paths: readonly string[];
}

/** Decoration only: the control around it carries the name. */
export function Icon({ paths }: Props) {
  return (
    <svg className="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">
      {paths.map((path) => (
        <path key={path} fillRule="evenodd" d={path} />
      ))}
    </svg>
  );
}
