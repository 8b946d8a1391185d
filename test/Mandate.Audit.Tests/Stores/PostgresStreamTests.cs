namespace Mandate.Audit.Tests;

[Collection(PostgresCollection.Name)]
public sealed class PostgresStreamTests(PostgresServer postgres) : StreamTests(postgres);
