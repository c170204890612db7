import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, it, vi } from "vitest";
import { PageBoundary } from "./page-boundary";

it("says that a page broke, leaves what is around it, and tries again when asked", async () => {
  vi.spyOn(console, "error").mockImplementation(() => {});
  const onRetry = vi.fn();
  const Broken = () => {
    throw new Error("the file is gone");
  };
  render(
    <>
      <p>The call</p>
      <PageBoundary onRetry={onRetry}>
        <Broken />
      </PageBoundary>
    </>,
  );
  expect(screen.getByText("The call")).toBeTruthy();
  expect(screen.getByRole("alert").textContent).toContain("Calls go on");
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  expect(onRetry).toHaveBeenCalled();
});
