namespace Mandate.Audit.Tests;

[Collection(PostgresCollection.Name)]
public sealed class PostgresQueryTests(PostgresServer postgres) : QueryTests(postgres);
