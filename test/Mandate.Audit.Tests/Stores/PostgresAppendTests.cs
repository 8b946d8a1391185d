namespace Mandate.Audit.Tests;

[Collection(PostgresCollection.Name)]
public sealed class PostgresAppendTests(PostgresServer postgres) : AppendTests(postgres);
