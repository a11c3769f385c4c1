import {
  loadPackageDefinition,
  Metadata,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { fromJSON } from "@grpc/proto-loader";
import type { Identity } from "./support";

const PROTO = require("@zilliz/milvus2-sdk-node/dist/milvus/proto-json/milvus").default;

const OPTIONS = { keepCase: true, longs: String, enums: String, defaults: true, oneofs: true };

const OK = { error_code: "Success", code: 0, reason: "" };

const { service } = (loadPackageDefinition(fromJSON(PROTO, OPTIONS)) as any).milvus.proto.milvus.MilvusService;

type Answers = Record<string, (request: any) => object | Promise<object>>;

export interface FakeMilvusOptions extends Identity {
  /** The one that it asks for. */
  readonly token?: string;
  readonly answers?: Answers;
  /** What it throws at every call. */
  readonly error?: { readonly code: number; readonly details: string };
}

/** A server with Milvus' own protocol, that keeps what it was asked. */
export class FakeMilvus {
  readonly calls: string[] = [];
  readonly collections = new Set<string>();
  readonly authorities = new Set<string>();
  port = 0;

  private readonly server = new Server();

  static async start(options: FakeMilvusOptions): Promise<FakeMilvus> {
    const fake = new FakeMilvus();
    const answers = { ...fake.usual(), ...options.answers };
    const handlers: UntypedServiceImplementation = Object.fromEntries(
      Object.entries(answers).map(([name, answer]) => [name, handler(fake, name, answer, options)]),
    );
    fake.server.addService(service, handlers);
    const credentials = ServerCredentials.createSsl(null, [
      { cert_chain: Buffer.from(options.cert), private_key: Buffer.from(options.key) },
    ]);
    fake.port = await new Promise((resolve, reject) =>
      fake.server.bindAsync("127.0.0.1:0", credentials, (error, port) => (error ? reject(error) : resolve(port))),
    );
    return fake;
  }

  close(): void {
    this.server.forceShutdown();
  }

  private usual(): Answers {
    return {
      Connect: () => ({ status: OK, identifier: "1", server_info: {} }),
      GetVersion: () => ({ status: OK, version: "v2.6.15" }),
      CheckHealth: () => ({ status: OK, isHealthy: true, reasons: [] }),
      ShowCollections: () => ({ status: OK, collection_names: [] }),
      CreateCollection: ({ collection_name }) => {
        this.collections.add(collection_name);
        return OK;
      },
      DescribeCollection: ({ collection_name }) => ({ status: OK, ...schemaOf(collection_name) }),
      Insert: () => ({ status: OK, IDs: { int_id: { data: ["1", "2", "3"] } }, insert_cnt: "3" }),
      CreateIndex: () => OK,
      LoadCollection: () => OK,
      GetLoadingProgress: () => ({ status: OK, progress: "100" }),
      Search: () => ({
        status: OK,
        results: {
          num_queries: "1",
          top_k: "1",
          primary_field_name: "id",
          scores: [0],
          ids: { int_id: { data: ["1"] } },
          topks: ["1"],
          fields_data: [{ type: "Int64", field_name: "id", scalars: { long_data: { data: ["1"] } } }],
          output_fields: ["id"],
        },
      }),
      DropCollection: ({ collection_name }) => {
        this.collections.delete(collection_name);
        return OK;
      },
    };
  }
}

function handler(fake: FakeMilvus, name: string, answer: Answers[string], { token, error }: FakeMilvusOptions) {
  return async (call: ServerUnaryCall<any, any>, callback: sendUnaryData<any>) => {
    fake.calls.push(name);
    fake.authorities.add(call.getHost());
    const [given] = call.metadata.get("authorization");
    if (token !== undefined && given !== Buffer.from(token).toString("base64")) {
      callback({ code: 16, details: `auth check failure for ${given}`, metadata: new Metadata() });
    } else if (error !== undefined) {
      callback({ ...error, metadata: new Metadata() });
    } else {
      callback(null, await answer(call.request));
    }
  };
}

function schemaOf(name: string) {
  return {
    collection_name: name,
    consistency_level: "Strong",
    schema: {
      name,
      fields: [
        { fieldID: "100", name: "id", is_primary_key: true, data_type: "Int64" },
        { fieldID: "101", name: "vector", data_type: "FloatVector", type_params: [{ key: "dim", value: "4" }] },
      ],
    },
  };
}
