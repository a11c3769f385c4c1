import * as fc from "fast-check";
import {
  EVERYBODY,
  familiesBeyond,
  familiesOfEverybody,
  familyOf,
  isCovered,
  MUCH,
  TOO_MUCH,
} from "../../constructs/internal/address-ranges";

describe("the addresses that ranges add up to", () => {
  test.each<[string, string[], string[]]>([
    ["one range of the limit", ["8.0.0.0/8"], []],
    ["one address more", ["8.0.0.0/8", "1.1.1.1/32"], ["IPv4"]],
    ["two halves of the limit", ["8.0.0.0/9", "8.128.0.0/9"], []],
    ["overlaps, once", ["8.0.0.0/8", "8.0.0.0/9", "8.1.0.0/16", "8.8.8.8/32"], []],
    ["private and other addresses of no client on the internet", notOnTheInternet(), []],
    ["what of a range is public", ["10.0.0.0/7"], []],
    ["one IPv6 range of the limit", ["2400::/11"], []],
    ["one IPv6 range more", ["2400::/11", "2600::/64"], ["IPv6"]],
    ["IPv6 addresses that nobody has", ["fc00::/7", "fe80::/10", "ff00::/8", "::/3", "2001:db8::/32"], []],
    ["each family by itself", ["8.0.0.0/7", "2400::/10"], ["IPv4", "IPv6"]],
  ])("count %s", (_, ranges, families) => {
    expect(familiesBeyond(MUCH, ranges)).toEqual(families);
  });

  test.each<[string, string[], string[]]>([
    ["everything", ["0.0.0.0/0", "::/0"], ["IPv4", "IPv6"]],
    ["two halves", ["0.0.0.0/1", "128.0.0.0/1"], ["IPv4"]],
    ["the halves of IPv6", ["::/1", "8000::/1"], ["IPv6"]],
    ["all that is public, range by range", ["2000::/4", "3000::/4"], ["IPv6"]],
    ["a fourth of it", ["64.0.0.0/2"], ["IPv4"]],
    ["seventeen parts", Array.from({ length: 17 }, (_, index) => `${32 + index}.0.0.0/8`), ["IPv4"]],
    ["sixteen parts", Array.from({ length: 16 }, (_, index) => `${32 + index}.0.0.0/8`), []],
  ])("are no allow-list with %s", (_, ranges, families) => {
    expect(familiesBeyond(TOO_MUCH, ranges)).toEqual(families);
  });

  test("are the same, however a range is cut up and in whatever order its parts stand", () => {
    const half = ([address, length]: [bigint, number]): [bigint, number][] => [
      [address, length + 1],
      [address + (1n << BigInt(31 - length)), length + 1],
    ];
    const text = ([address, length]: [bigint, number]) =>
      `${[24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join(".")}/${length}`;
    const cuts = fc.array(fc.nat(), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, fc.constantFrom<[bigint, number]>([0n, 0], [0n, 1], [0x40000000n, 4]), (where, whole) => {
        const parts = where.reduce(
          (all, index) => all.flatMap((part, at) => (at === index % all.length ? half(part).reverse() : [part])),
          [whole],
        );
        const ranges = parts.map(text);
        expect(familiesBeyond(TOO_MUCH, ranges)).toEqual(familiesBeyond(TOO_MUCH, [text(whole)]));
        expect(familiesOfEverybody(ranges)).toEqual(familiesOfEverybody([text(whole)]));
        expect(isCovered(text(whole), ranges)).toBe(true);
        expect(isCovered(text(whole), ranges.slice(1))).toBe(false);
      }),
    );
  });
});

describe("a range", () => {
  test.each([
    ["8.8.8.8", "8.8.8.0/24"],
    ["8.8.8.7/24", "8.8.8.0/24"],
    ["2001:DB8::1", "2001:db8:0:0:0:0:0:0/127"],
    ["::ffff:8.8.8.8/128", "::ffff:808:808/128"],
    ["1:2:3:4:5:6:7:8/128", "1:2:3::/48"],
    ["pl-0123", "pl-0123"],
  ])("%s is in %s", (inner, outer) => {
    expect(isCovered(inner, [outer])).toBe(true);
  });

  test.each([
    ["8.8.8.0/23", "8.8.8.0/24"],
    ["0.0.0.0/0", "::/0"],
    ["2001:db9::/32", "2001:db8::/32"],
    ["pl-0123", "0.0.0.0/0"],
  ])("%s is not in %s", (inner, outer) => {
    expect(isCovered(inner, [outer])).toBe(false);
  });

  test.each(["", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/", "10.0.0/8", "fe80::1%eth0/64", "::/129", "1.2.3.4/5/6"])(
    "%j is none, and adds nothing",
    (text) => {
      expect(familyOf(text)).toBeUndefined();
      expect(familiesBeyond(MUCH, [text])).toEqual([]);
    },
  );

  test("everybody is every address of both families", () => {
    expect(familiesOfEverybody(EVERYBODY)).toEqual(["IPv4", "IPv6"]);
  });
});

function notOnTheInternet(): string[] {
  return [
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
  ];
}
