// Reads a JSON schema on standard input, writes TypeScript on standard output.
import { compile } from 'json-schema-to-typescript';

let text = '';
for await (const chunk of process.stdin) {
  text += chunk;
}
const source = await compile(JSON.parse(text), 'Contract', {
  bannerComment:
    '/* Generated from the Python models by `jlpm contract`: do not edit. */',
  additionalProperties: false,
  unknownAny: true,
  style: { singleQuote: true, trailingComma: 'none', arrowParens: 'avoid' }
});
process.stdout.write(source);
