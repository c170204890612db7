import { useCallback } from "react";
import { useStore } from "zustand";
import type { Peer } from "../phone-engine/phone-engine";
import { nameOf } from "../store/people";
import { useShell } from "../store/shell";

/** Somebody from a list, with the name under which the user knows them. */
export function useNamed(): (peer: Peer) => Peer {
  const { people } = useShell();
  const contacts = useStore(people, (all) => all.contacts);
  const directory = useStore(people, (all) => all.directory);
  return useCallback(
    (peer) => {
      const name = nameOf({ contacts, directory }, peer.number);
      return name === undefined ? peer : { ...peer, name };
    },
    [contacts, directory],
  );
}
