/** One of Milvus' settings: the environment variable, and the path in its files, which the variable outranks. */
export interface MilvusSetting {
  readonly env: string;
  readonly path: string;
}

export const TLS_MODE: MilvusSetting = { env: "COMMON_SECURITY_TLSMODE", path: "common.security.tlsMode" };
export const REST_PORT: MilvusSetting = { env: "PROXY_HTTP_PORT", path: "proxy.http.port" };
export const SERVER_CERTIFICATE: MilvusSetting = { env: "TLS_SERVERPEMPATH", path: "tls.serverPemPath" };
export const SERVER_KEY: MilvusSetting = { env: "TLS_SERVERKEYPATH", path: "tls.serverKeyPath" };
export const AUTHORIZATION: MilvusSetting = {
  env: "COMMON_SECURITY_AUTHORIZATIONENABLED",
  path: "common.security.authorizationEnabled",
};
