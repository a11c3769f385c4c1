import { CommanderError } from "commander";

/** The exit status after commander has stopped, having printed what is wrong, or the help that was asked for. */
export function endStatus(error: unknown, wrongUse: number): number {
  return error instanceof CommanderError && error.exitCode === 0 ? 0 : wrongUse;
}
