import { createContext, useContext } from "react";
import { useStore } from "zustand";
import type { Phone } from "./phone-store";
import type { PhoneView } from "./phone-view";

export const PhoneContext = createContext<Phone | null>(null);

export function usePhone(): Phone {
  const phone = useContext(PhoneContext);
  if (!phone) throw new Error("PhoneContext is missing above this component.");
  return phone;
}

export function useView<T>(select: (view: PhoneView) => T): T {
  return useStore(usePhone().store, select);
}
