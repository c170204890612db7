interface Props {
  id: string;
  name: string;
  on: boolean;
  onChange: (on: boolean) => void;
}

/** Something that is on or off from the moment it is pressed. */
export function Switch({ id, name, on, onChange }: Props) {
  return (
    <label className="switch" htmlFor={id}>
      <input id={id} type="checkbox" checked={on} onChange={(event) => onChange(event.target.checked)} />
      {name}
    </label>
  );
}
