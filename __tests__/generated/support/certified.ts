/** The names that every certificate here is for: a host of one label before it. */
export const CERTIFIED = "certified.example.com";
