import { REST_PORT, TLS_MODE } from "../../constructs/milvus/milvus-setting";
import { settingOf, withSettings } from "../../constructs/milvus/user-yaml";

describe("settings in the user's own text", () => {
  test("stand beside the rest, which stays as it is written", () => {
    const text = '# top\nquota: 010 # octal to Milvus\nname: "x"\ncommon:\n  # why\n  security:\n    on: yes\n';
    expect(withSettings(text, [[TLS_MODE, 1]])).toBe(
      '# top\nquota: 010 # octal to Milvus\nname: "x"\ncommon:\n  # why\n  security:\n    on: yes\n    tlsMode: 1\n',
    );
  });

  test.each([
    ["nested", "common: { security: { tlsMode: 0 } }\n", "common: { security: { tlsMode: 1 } }\n"],
    ["as one key", "common.security.tlsMode: 0\n", "common.security.tlsMode: 1\n"],
    ["in other letters", "Common:\n  Security:\n    TLSMode: 0\n", "Common:\n  Security:\n    TLSMode: 1\n"],
  ])("are changed where the text has them %s", (_, text, changed) => {
    expect(settingOf(text, TLS_MODE)).toBe("0");
    expect(withSettings(text, [[TLS_MODE, 1]])).toBe(changed);
  });

  test.each(["common:\n", "common: ~\n", "common:\n  security:\n", ""])("open a section that is empty: %j", (text) => {
    expect(settingOf(withSettings(text, [[TLS_MODE, 1]]), TLS_MODE)).toBe("1");
  });

  test("that are none leave the text untouched", () => {
    expect(withSettings("a:   1\n", [])).toBe("a:   1\n");
    expect(settingOf("proxy: { http: { port: '' } }", REST_PORT)).toBeUndefined();
    expect(settingOf("proxy: { http: { port: } }", REST_PORT)).toBeUndefined();
  });
});
