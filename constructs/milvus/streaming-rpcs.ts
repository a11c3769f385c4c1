/**
 * Paths of the two streaming RPCs that pass by Milvus' authorization, so that a load balancer denies them. No SDK calls
 * them: replication between Milvus clusters does.
 *
 * @see https://github.com/milvus-io/milvus/issues/52387
 */
export const UNAUTHORIZED_STREAM_PATHS: readonly string[] = [
  "/milvus.proto.milvus.MilvusService/CreateReplicateStream",
  "/milvus.proto.milvus.MilvusService/DumpMessages",
];
