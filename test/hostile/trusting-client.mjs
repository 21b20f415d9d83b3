// Asks each origin for a check, as a process of its own: what Node trusts is settled when it starts. Arguments: the
// client as a URL, a picture in base64, and the origins. Prints a JSON list of what came of it.
const [client, picture, ...origins] = process.argv.slice(2);
const { DiditClient } = await import(client);

const outcomes = [];
for (const baseUrl of origins) {
  const { passiveLiveness } = new DiditClient({
    apiKey: 'key-of-the-tests',
    baseUrl,
    allowInsecure: true,
    timeoutMs: 10_000,
  });
  outcomes.push(
    await passiveLiveness.check({ userImage: Buffer.from(picture, 'base64') }).then(
      ({ liveness }) => liveness.status,
      ({ code, reason, billed }) => `${code} ${reason}, billed: ${billed}`,
    ),
  );
}
process.stdout.write(JSON.stringify(outcomes));
process.exit();
