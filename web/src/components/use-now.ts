import { useEffect, useState } from "react";

/** Milliseconds since 1970, renewed whenever another full second has passed since `epoch`. */
export function useNow(epoch = 0): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const tick = () => {
      setNow(Date.now());
      timer = setTimeout(tick, 1000 - ((Date.now() - epoch) % 1000));
    };
    tick();
    return () => clearTimeout(timer);
  }, [epoch]);
  return now;
}
