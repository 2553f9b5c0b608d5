const contents = (html) =>
  [...html.matchAll(/<h2 id="([^"]*)">(.*?)<\/h2>/g)].map(([, id, text]) => `<li><a href="#${id}">${text}</a></li>`).join("");

export default function (data) {
  const siblings = data.collections.areas.get(data.area) ?? [];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${data.title} | Handbook</title>
<link rel="stylesheet" href="/style.css">
</head>
<body>
<header><a href="/">Handbook</a>
<nav aria-label="Areas"><ul>${[...data.collections.areas.keys()].map((area) => `<li><a href="/${area}/">${area}</a></li>`).join("")}</ul></nav>
</header>
<nav aria-label="Area"><ul>
${siblings.map((item) => `<li><a href="${item.url}"${item.url === data.page.url ? ' aria-current="page"' : ""}>${item.data.title}</a></li>`).join("\n")}
</ul></nav>
<main>
<dl><dt>Id</dt><dd>${data.id}</dd><dt>Version</dt><dd>${data.version}</dd><dt>Owner</dt><dd>${data.owner}</dd></dl>
${data.content}
</main>
<aside><nav><ul>${contents(data.content)}</ul></nav></aside>
</body>
</html>
`;
}
