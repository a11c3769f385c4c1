import { failed, type Outcome, passed, type Route } from "../hop";
import { printable } from "../text";

/** Whether the server speaks HTTP/2, without which there is no gRPC. */
export async function alpn({ alpn: chosen }: Route): Promise<Outcome> {
  return chosen === "h2"
    ? passed("h2")
    : failed("http1-only", chosen ? `the server chose ${printable(chosen, 40)}` : "the server chose no protocol");
}
