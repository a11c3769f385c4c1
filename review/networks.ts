import {
  EVERYBODY,
  familiesBeyond,
  familiesOfEverybody,
  isCovered,
  TOO_MUCH,
} from "../constructs/internal/address-ranges";
import { interrupted, listed, opened, type Said } from "./finding";

/** What another list of networks that are let in means. */
export function otherNetworks(before: readonly string[], after: readonly string[]): Said[] {
  const [more, fewer] = [beyond(after, before), beyond(before, after)];
  return [
    ...(more.length > 0 ? [opened(`lets in clients of ${listed(more)}${partOfTheInternet(after, before)}`)] : []),
    ...(fewer.length > 0
      ? [interrupted(`shuts out clients of ${listed(fewer)}, but for those that another network has`)]
      : []),
  ];
}

/** The networks that aren't inside the others, taken together. */
export function beyond(networks: readonly string[], others: readonly string[]): string[] {
  const covering = spelledOut(others);
  return spelledOut(networks).filter((network) => !isCovered(network, covering));
}

/** What has to be said of networks that are no allow-list, whatever they are split into, where those before were one. */
export function partOfTheInternet(networks: readonly string[], before: readonly string[] = []): string {
  const isNews = (families: (ranges: readonly string[]) => readonly string[]) =>
    families(spelledOut(networks)).some((family) => !families(spelledOut(before)).includes(family));
  if (isNews(familiesOfEverybody)) {
    return ": everybody";
  }
  return isNews((ranges) => familiesBeyond(TOO_MUCH, ranges)) ? ": a large part of the internet" : "";
}

/** Google writes everybody as `*`. */
function spelledOut(networks: readonly string[]): string[] {
  return networks.flatMap((network) => (network === "*" ? EVERYBODY : [network.trim()]));
}
