import { checkServerIdentity, type PeerCertificate, type TLSSocket } from "node:tls";
import { dial, dialTls } from "../connection";
import { type Finding, failed, type Outcome, type Route, warned } from "../hop";
import { codeOf, messageOf, printable } from "../text";

const DAY = 24 * 60 * 60 * 1000;
const SOON = 30 * DAY;

/** Whether the certificate is one that clients take: its time, its name, its issuer. */
export async function tls(route: Route): Promise<Outcome> {
  let socket: TLSSocket;
  try {
    socket = await handshake(route);
  } catch (error) {
    return refused(route, error);
  }
  try {
    route.alpn = socket.alpnProtocol ?? false;
    return judge(socket, route.target.host, new Date());
  } finally {
    socket.destroy();
  }
}

/** What is wrong with a certificate is found out afterwards: OpenSSL tells only the first thing. */
async function handshake(route: Route): Promise<TLSSocket> {
  const options = { rejectUnauthorized: false };
  try {
    return await dialTls(route, { ...options, ALPNProtocols: ["h2", "http/1.1"] });
  } catch (error) {
    if (codeOf(error).includes("NO_APPLICATION_PROTOCOL")) {
      return dialTls(route, options);
    }
    throw error;
  }
}

function judge(socket: TLSSocket, host: string, now: Date): Outcome {
  const certificate = socket.getPeerCertificate();
  const problem = String(socket.authorizationError ?? "");
  const from = new Date(certificate.valid_from);
  const to = new Date(certificate.valid_to);
  const what = describe(certificate);
  if (now >= to || problem === "CERT_HAS_EXPIRED") {
    return failed("tls-expired", now >= to ? `${what} ended on ${day(to)}` : `a certificate above ${what} has ended`);
  }
  if (now < from || problem === "CERT_NOT_YET_VALID") {
    return failed(
      "tls-expired",
      now < from ? `${what} begins on ${day(from)}` : `a certificate above ${what} begins later`,
    );
  }
  if (checkServerIdentity(host, certificate) !== undefined) {
    return failed("tls-wrong-name", `${what} is for ${namesOf(certificate)}, not for ${host}`);
  }
  if (!socket.authorized) {
    return failed("tls-untrusted", `${what}: ${printable(problem)}`);
  }
  const seen = `${socket.getProtocol()}, ${what}, valid until ${day(to)}`;
  const warnings: Finding[] = [];
  const left = to.getTime() - now.getTime();
  if (left < SOON) {
    warnings.push({ cause: "certificate-expires-soon", seen: `${seen}: ${days(left)} left` });
  }
  if (certificate.subjectaltname === undefined) {
    warnings.push({ cause: "certificate-common-name", seen: `${what} has no subject alternative names` });
  }
  return warned(seen, warnings);
}

function describe({ subject, issuer }: PeerCertificate): string {
  const name = String(subject?.CN ?? "");
  const by = String(issuer?.CN ?? issuer?.O ?? "");
  return printable(`certificate${name ? ` of ${name}` : ""}${by && by !== name ? ` by ${by}` : ""}`, 120);
}

function namesOf({ subjectaltname, subject }: PeerCertificate): string {
  const names = subjectaltname?.replaceAll(/\b(DNS|IP Address):/g, "");
  return printable(names ?? String(subject?.CN ?? "nothing"), 160);
}

function day(date: Date): string {
  return Number.isNaN(date.getTime()) ? "an unreadable day" : date.toISOString().slice(0, 10);
}

/** Whole days only: what is left of the last one is no day to count on. */
function days(ms: number): string {
  const count = Math.floor(ms / DAY);
  return count === 0 ? "less than a day" : count === 1 ? "1 day" : `${count} days`;
}

/** There was no handshake. */
async function refused(route: Route, error: unknown): Promise<Outcome> {
  const code = codeOf(error);
  const said = `no handshake: ${code || messageOf(error)}`;
  if (/ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/.test(code)) {
    return failed("tls-old-version", said);
  }
  if (/CERTIFICATE_REQUIRED/.test(code)) {
    return failed("tls-client-certificate", said);
  }
  // The one alert whose code doesn't say so: no certificate for this name.
  if (/ALERT|UNRECOGNIZED_NAME/.test(code)) {
    return failed("tls-not-ready", said);
  }
  const bytes = await firstBytes(route);
  if (isPlaintext(bytes)) {
    return failed("tls-plaintext-port", `${said}; the server answers in plaintext`);
  }
  const isReset = /^(ECONNRESET|EPIPE|)$/.test(code);
  return failed(isReset ? "tls-not-ready" : "garbage", isReset ? said : `${said}; what it sends is no TLS`);
}

/** How a server without TLS is greeted. */
const PREFACE = Buffer.concat([
  Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  Buffer.from("000000040000000000", "hex"),
]);

/** What the server sends to somebody who greets it without TLS. */
async function firstBytes(route: Route): Promise<Buffer> {
  const signal = AbortSignal.any([route.signal, AbortSignal.timeout(2000)]);
  try {
    const socket = await dial(route.address ?? "", route.target.port, signal);
    return await new Promise((resolve) => {
      let received = Buffer.alloc(0);
      socket.on("data", (chunk) => {
        received = Buffer.concat([received, chunk]);
        if (received.length >= 9) {
          socket.destroy();
        }
      });
      socket.once("close", () => resolve(received));
      socket.write(PREFACE);
    });
  } catch {
    return Buffer.alloc(0);
  }
}

/** HTTP/1 in words, or a SETTINGS frame of HTTP/2. */
function isPlaintext(bytes: Buffer): boolean {
  const isSettings =
    bytes.length >= 9 && bytes.readUIntBE(0, 3) < 1024 && bytes[3] === 4 && bytes.readUInt32BE(5) === 0;
  return isSettings || bytes.subarray(0, 5).toString("latin1") === "HTTP/";
}
