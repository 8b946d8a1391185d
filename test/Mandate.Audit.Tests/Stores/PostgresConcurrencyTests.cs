namespace Mandate.Audit.Tests;

[Collection(PostgresCollection.Name)]
public sealed class PostgresConcurrencyTests(PostgresServer postgres) : ConcurrencyTests(postgres);
