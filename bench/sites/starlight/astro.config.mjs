import starlight from "@astrojs/starlight";
import { defineConfig } from "astro/config";

const areas = ["access-control", "asset-management", "backup-recovery", "change-management", "incident-handling", "vendor-management"];

export default defineConfig({
  site: "https://handbook.acme.example/",
  outDir: "./public",
  publicDir: "./static",
  integrations: [
    starlight({
      title: "Handbook",
      sidebar: areas.map((area) => ({ label: area, collapsed: true, autogenerate: { directory: area } })),
    }),
  ],
});
