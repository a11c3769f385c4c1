/** Draws a stack of a config file's text, or of the committed file where there is none. */
export type Draw = (stack: string, config: string | undefined) => string;

/**
 * A page with its pictures drawn anew. One stands between the lines `<!-- picture of STACK -->` and `<!-- end of picture -->`, and
 * is of the whole config file that the page shows last before it, or of the committed one.
 */
export function withPictures(page: string, draw: Draw): string {
  return page.replace(PICTURE, (whole: string, stack: string, offset: number) => {
    if (!whole.endsWith(END)) {
      throw new Error(`the picture of ${stack} has no ${END}`);
    }
    const config = [...page.slice(0, offset).matchAll(CONFIG)].at(-1)?.[1];
    return `<!-- picture of ${stack} -->\n\n\`\`\`mermaid\n${draw(stack, config)}\`\`\`\n\n${END}`;
  });
}

const END = "<!-- end of picture -->";

/** To its end, or to where the next one begins. */
const PICTURE = /^<!-- picture of (\S+) -->\n[\s\S]*?(?:^<!-- end of picture -->|(?=^<!-- picture of )|$(?![\s\S]))/gm;

const CONFIG = /^```yaml\n(# yaml-language-server[\s\S]*?)^```/gm;
