import { connect as connectTcp, type Socket } from "node:net";
import { type ConnectionOptions, connect, rootCertificates, type TLSSocket } from "node:tls";
import { onAbort } from "./abort";
import type { Route } from "./hop";
import type { Target } from "./target";

/** Opens a connection that the signal ends. */
export function dial(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  return settled(connectTcp({ host: address, port, noDelay: true }), "connect", signal);
}

/** A TLS connection with the name and the authorities that clients have. */
export function dialTls(route: Route, options: ConnectionOptions): Promise<TLSSocket> {
  const { target, signal, address } = route;
  const socket = connect({
    host: address,
    port: target.port,
    servername: target.host,
    ca: authoritiesOf(target),
    minVersion: "TLSv1.2",
    ...options,
  });
  return settled(socket, "secureConnect", signal);
}

/** Nothing where clients know the public authorities alone. */
export function authoritiesOf({ authorities, publicAuthorities }: Target): string[] | undefined {
  return authorities === undefined ? undefined : [...(publicAuthorities ? rootCertificates : []), authorities];
}

function settled<T extends Socket>(socket: T, event: string, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve(socket));
    // It stays: an error after the promise is settled has to go nowhere.
    socket.on("error", reject);
    socket.once("close", () => {
      forget();
      reject(new Error("the connection was closed"));
    });
    const forget = onAbort(signal, () => socket.destroy(new Error("stopped")));
  });
}
