import { rule } from "../internal/rules";

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
export const bucketName = rule<string>(
  "a bucket's name: 3 to 63 lower-case letters, digits, '-' and '.', with a letter or digit at each end",
  "write the name alone: no s3:// and no ARN",
  (name) => /^[a-z0-9][-.a-z0-9]{1,61}[a-z0-9]$/.test(name) && !name.includes(".."),
);
