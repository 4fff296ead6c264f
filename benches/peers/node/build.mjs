// Bundles the view as it would be uploaded: one minified file, and what it does not use is left out.
// It must never bundle the runtime client: Lambda's own runtime brings it.
import { build } from 'esbuild';

await build({
  entryPoints: ['view.mjs'],
  outfile: process.argv[2],
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // The module builds of the SDK are what esbuild can take apart.
  mainFields: ['module', 'main'],
  loader: { '.css': 'text' },
  legalComments: 'none',
  // What is left of CommonJS in it still wants to `require` Node's own modules.
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
});
