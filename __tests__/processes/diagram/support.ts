import { releaseStackId, type StackConfig } from "../../../config/types";
import { type PictureProps, picture } from "../../../diagram/diagram";
import { synthesised } from "../../../doctor/planned";
import { defaultAws } from "../../support/aws";
import { defaultGcp } from "../../support/gcp";
import { type Read, read } from "../../support/mermaid";

/** The picture of a config's stack, as Mermaid reads it. */
export async function drawn(id: string, config: object, direction?: PictureProps["direction"]): Promise<Read> {
  const [json = {}, releaseJson] = synthesised(id, config as StackConfig);
  const text = picture({
    stack: { id, json },
    releaseStack: releaseJson && { id: releaseStackId(id), json: releaseJson },
    direction,
  });
  return read(text ?? "");
}

export const gcp = (change: object = {}) => drawn("gcp-stack", { ...defaultGcp(), ...change });

export const aws = (change: object = {}) => drawn("aws-stack", { ...defaultAws(), ...change });
