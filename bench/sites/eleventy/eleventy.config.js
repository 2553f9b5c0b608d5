// The SOPs of ./sops with the navigation of their area and a table of contents, no plugins.
export default function (config) {
  config.setTemplateFormats("md");
  config.addGlobalData("layout", "page.11ty.js");
  config.addGlobalData("permalink", () => (data) => `${data.area}/${data.page.fileSlug}/index.html`);
  config.addCollection("areas", (collections) =>
    collections.getAll().reduce((areas, item) => {
      const area = areas.get(item.data.area) ?? [];
      area.push(item);
      return areas.set(item.data.area, area);
    }, new Map()));
  config.addPassthroughCopy("style.css");
  config.amendLibrary("md", (markdown) => {
    const normalize = markdown.normalizeLink;
    markdown.normalizeLink = (link) => normalize(link.replace(/^(\.\.\/[^#]*)\.md(?=#|$)/, "../$1/"));
    markdown.set({ html: true });
    markdown.renderer.rules.heading_open = (tokens, at, options, env, renderer) => {
      tokens[at].attrSet("id", tokens[at + 1].content.toLowerCase().replace(/[^a-z0-9]+/g, "-"));
      return renderer.renderToken(tokens, at, options);
    };
  });
  return { markdownTemplateEngine: false, dir: { input: "sops", includes: "../_includes", output: "public" } };
}
