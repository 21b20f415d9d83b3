/** Prints the milliseconds that it takes to import modules, by the names on the command line. */
const started = performance.now();
for (const name of process.argv.slice(2)) await import(name);
process.stdout.write(String(performance.now() - started));
