// Copies the built web client, FROM, into the folder that httpd serves, TO, with a .br and a .gz beside each file that
// they make smaller. What was in TO stays: pages that are open still ask for the assets of the build before.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const [from, to] = process.argv.slice(2);
if (!from || !to) throw new Error('pack-client.mjs FROM TO');

cpSync(from, to, { recursive: true, preserveTimestamps: true });
for (const entry of readdirSync(from, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile()) continue;
  const folder = join(to, (entry.parentPath ?? entry.path).slice(from.length));
  const file = join(folder, entry.name);
  const content = readFileSync(file);
  writeIfSmaller(`${file}.br`, content, brotliCompressSync(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
  writeIfSmaller(`${file}.gz`, content, gzipSync(content, { level: 9 }));
}

/** @param {string} file @param {Buffer} content @param {Buffer} packed */
function writeIfSmaller(file, content, packed) {
  if (packed.length < content.length) writeFileSync(file, packed);
  else rmSync(file, { force: true });
}
