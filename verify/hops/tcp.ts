import { dial } from "../connection";
import { failed, type Outcome, passed, type Route } from "../hop";
import { codeOf, listed, messageOf } from "../text";

/** Whether one of the addresses accepts connections: the first that does is the one to go on by. */
export async function tcp(route: Route): Promise<Outcome> {
  const { addresses, signal, target } = route;
  const rest = new AbortController();
  try {
    const dialled = addresses.map(async (address) => {
      const socket = await dial(address, target.port, AbortSignal.any([signal, rest.signal]));
      socket.destroy();
      return address;
    });
    route.address = await Promise.any(dialled);
    return passed(`${shown(route.address, target.port)} accepts connections`);
  } catch (error) {
    const errors = error instanceof AggregateError ? error.errors : [error];
    const codes = errors.map(codeOf);
    const seen = listed(
      errors.map((one, index) => `${shown(addresses[index] ?? "", target.port)}: ${codes[index] || messageOf(one)}`),
    );
    if (codes.some((code) => ["ECONNREFUSED", "ECONNRESET"].includes(code))) {
      return failed("tcp-refused", seen);
    }
    return failed(codes.includes("ETIMEDOUT") ? "tcp-timeout" : "tcp-unreachable", seen);
  } finally {
    rest.abort();
  }
}

function shown(address: string, port: number): string {
  return `${address.includes(":") ? `[${address}]` : address}:${port}`;
}
