namespace Mandate.Audit.Tests;

[Collection(PostgresCollection.Name)]
public sealed class PostgresCheckpointTests(PostgresServer postgres) : CheckpointTests(postgres);
