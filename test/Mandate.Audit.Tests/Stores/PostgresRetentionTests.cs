namespace Mandate.Audit.Tests;

[Collection(PostgresCollection.Name)]
public sealed class PostgresRetentionTests(PostgresServer postgres) : RetentionTests(postgres);
